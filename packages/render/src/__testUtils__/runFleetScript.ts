import { execFile } from 'node:child_process';
import {
  chmod,
  mkdir,
  mkdtemp,
  readFile,
  rm,
  symlink,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { Files } from '../startRenderer';

/** What a program answers to the calls that match, as the command line that a person would type. */
export interface Answer {
  call: string;
  out?: string;
  /** Said on stderr; the program fails then. */
  err?: string;
  /** How many calls it answers; all of them unless told. */
  times?: number;
}

export interface ScriptRun {
  code: number;
  output: string;
  /** Every call, e.g. `gcloud --project p services list`. */
  calls: string[][];
}

const PROGRAMS = [
  'gcloud',
  'kubectl',
  'flux',
  'curl',
  'gke-gcloud-auth-plugin',
];

/** All else that the scripts may need: it is on every system. */
const TOOLS =
  'awk bash cat cksum cut dirname env grep head mktemp rm sed sleep sort tr'.split(
    ' ',
  );

const whereIs = async (tool: string) =>
  (await promisify(execFile)('which', [tool])).stdout.trim();

/** Runs a script of a rendered fleet repository, with stand-ins for what it would call. */
export async function runFleetScript(
  files: Files,
  script: string,
  args: string[],
  options: { answers: Answer[]; missing?: string[]; token?: string },
): Promise<ScriptRun> {
  const { answers, missing = [], token = 'a-token' } = options;
  const folder = await mkdtemp(join(tmpdir(), 'fleet-'));
  try {
    for (const [path, text] of files) {
      if (path.startsWith('fleet/scripts/')) {
        const file = join(folder, path);
        await mkdir(dirname(file), { recursive: true });
        await writeFile(file, text);
      }
    }
    await chmod(join(folder, 'fleet/scripts', script), 0o755);
    const bin = join(folder, 'bin');
    await mkdir(bin);
    await symlink(process.execPath, join(bin, 'node'));
    for (const tool of TOOLS) {
      await symlink(await whereIs(tool), join(bin, tool));
    }
    for (const program of PROGRAMS.filter(name => !missing.includes(name))) {
      await symlink(resolve(__dirname, 'standIn.cjs'), join(bin, program));
    }
    const calls = join(folder, 'calls');
    await writeFile(calls, '');
    await writeFile(join(folder, 'answers.json'), JSON.stringify(answers));

    const { code, output } = await new Promise<{
      code: number;
      output: string;
    }>(done => {
      const child = execFile(
        'bash',
        [join('fleet/scripts', script), ...args],
        {
          cwd: folder,
          timeout: 60_000,
          env: {
            PATH: bin,
            CALLS: calls,
            ANSWERS: join(folder, 'answers.json'),
            GITHUB_TOKEN: token,
            SECONDS_BETWEEN_LOOKS: '0',
            HOME: folder,
          },
        },
        (error, stdout, stderr) =>
          done({
            code: error ? Number(error.code ?? 1) : 0,
            output: `${stdout}${stderr}`,
          }),
      );
      child.stdin?.end();
    });
    const log = await readFile(calls, 'utf8');
    return {
      code,
      output,
      calls: log
        .split('\n')
        .filter(Boolean)
        .map(line => JSON.parse(line)),
    };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
