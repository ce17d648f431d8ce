import {
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rename,
  rm,
  writeFile,
} from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { InputError } from '@backstage/errors';
import { Files, startRenderer } from './startRenderer';

const usage = `usage: yarnw render TEMPLATE VALUES.json OUTDIR [options]

  TEMPLATE             a folder of templates/, e.g. flux-app
  VALUES.json          what somebody fills into the form; packages/render/examples has some
  OUTDIR               a folder to create

  --environment K=V    a setting of the platform (scaffolder.defaultEnvironment.parameters); may be repeated
  --force              replace OUTDIR`;

async function readValues(path: string) {
  const text = await readFile(path, 'utf8').catch(() => {
    throw new InputError(`${path} can't be read`);
  });
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new InputError(`${path} is not JSON: ${(error as Error).message}`);
  }
}

function readEnvironment(settings: string[] = []): Record<string, string> {
  return Object.fromEntries(
    settings.map(setting => {
      const [, key, value] = /^([A-Za-z]+)=(.*)$/s.exec(setting) ?? [];
      if (!key) {
        throw new InputError(`--environment ${setting}: expected KEY=VALUE`);
      }
      return [key, value];
    }),
  );
}

async function refuseToReplace(folder: string): Promise<void> {
  const entries = await readdir(folder).catch(() => []);
  if (entries.length > 0) {
    throw new InputError(
      `${folder} is not empty; name another folder, or replace it with --force`,
    );
  }
}

/** Written beside it and renamed when whole, so that nothing half-done is left. */
async function writeFiles(files: Files, folder: string): Promise<void> {
  await mkdir(dirname(folder), { recursive: true });
  const partial = await mkdtemp(`${folder}.`);
  try {
    for (const [path, text] of files) {
      const file = join(partial, path);
      await mkdir(dirname(file), { recursive: true });
      await writeFile(file, text);
    }
    await rm(folder, { recursive: true, force: true });
    await rename(partial, folder);
  } finally {
    await rm(partial, { recursive: true, force: true });
  }
}

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      environment: { type: 'string', multiple: true },
      force: { type: 'boolean' },
      help: { type: 'boolean', short: 'h' },
    },
  });
  if (values.help || positionals.length !== 3) {
    console.log(usage);
    process.exitCode = values.help ? 0 : 2;
    return;
  }
  const [template, valuesFile, folder] = positionals;
  const target = resolve(folder);
  if (!values.force) {
    await refuseToReplace(target);
  }
  const form = await readValues(valuesFile);
  const renderer = await startRenderer(
    template,
    readEnvironment(values.environment),
  );
  try {
    const files = await renderer.render(form);
    await writeFiles(files, target);
    console.log([...files.keys()].sort().join('\n'));
  } finally {
    await renderer.stop();
  }
}

main().then(
  // The scaffolder keeps timers that nobody waits for
  () => process.exit(),
  error => {
    console.error(`render: ${error.message}`);
    process.exit(1);
  },
);
