import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { checkMachine } from './checkMachine';
import { docs, results } from './paths';
import { Log } from './report/Log';
import { updateDocs, writeFormatted } from './report/updateDocs';
import { full, SectionName, sectionNames } from './runs/full';
import { quick } from './runs/quick';
import { scale } from './runs/scale';
import { SetupError } from './SetupError';

const usage = `usage: yarnw bench [--quick | --scale | --only SECTION...] [--json FILE]

  (nothing)       everything, which takes more than an hour
  --only SECTION  of everything, only ${sectionNames.join(
    ', ',
  )}; may be given more than once
  --quick         the figures that decide, within five minutes
  --scale         50,000 objects on 500 clusters
  --json FILE     where the figures go, besides standard output

Everything, and sections of it, go to bench/results.json and into the tables of docs/performance.md.`;

export async function main(argv: string[]) {
  // Child processes end with this one
  process.on('SIGINT', () => process.exit(130));
  process.on('SIGTERM', () => process.exit(143));
  try {
    await run(argv);
    process.exit(0);
  } catch (error) {
    const text =
      error instanceof SetupError ? error.message : (error as Error).stack;
    process.stderr.write(`bench: ${text}\n`);
    process.exit(1);
  }
}

async function run(argv: string[]) {
  const options = readOptions(argv);
  checkMachine();
  const log = new Log();
  const result = await options.measure(log);
  const json = `${JSON.stringify(result, undefined, 2)}\n`;
  process.stdout.write(json);
  if (options.json) {
    writeFileSync(options.json, json);
  }
}

function everything(log: Log, only: SectionName[]) {
  const before = existsSync(results)
    ? JSON.parse(readFileSync(results, 'utf8'))
    : {};
  return full(log, { only, before }, result => {
    writeFormatted(results, JSON.stringify(result));
    updateDocs(docs, result);
  });
}

function measureOf(
  { quick: few, scale: many }: { quick?: boolean; scale?: boolean },
  only: SectionName[],
): (log: Log) => Promise<object> {
  if (few) {
    return quick;
  }
  return many ? scale : log => everything(log, only);
}

function readOptions(argv: string[]) {
  try {
    const { values } = parseArgs({
      args: argv,
      options: {
        quick: { type: 'boolean' },
        scale: { type: 'boolean' },
        only: { type: 'string', multiple: true },
        json: { type: 'string' },
      },
    });
    const only = (values.only ?? sectionNames) as SectionName[];
    const unknown = only.find(name => !sectionNames.includes(name));
    if (unknown) {
      throw new Error(`there is no section '${unknown}'`);
    }
    return { json: values.json, measure: measureOf(values, only) };
  } catch (error) {
    throw new SetupError(`${(error as Error).message}\n\n${usage}`);
  }
}
