import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { WorkflowProblem } from './workflow';

const names = {
  output: 'GITHUB_OUTPUT',
  env: 'GITHUB_ENV',
  path: 'GITHUB_PATH',
  summary: 'GITHUB_STEP_SUMMARY',
  state: 'GITHUB_STATE',
};

/** The files through which a step speaks to the runner; fresh for each step. */
export async function createCommandFiles(
  directory: string,
): Promise<Record<string, string>> {
  await mkdir(directory, { recursive: true });
  const environment: Record<string, string> = {};
  for (const [file, variable] of Object.entries(names)) {
    environment[variable] = join(directory, file);
    await writeFile(join(directory, file), '');
  }
  return environment;
}

/** Reads `name=value` lines and `name<<DELIMITER` blocks. */
export function parseKeyValues(
  text: string,
  file: string,
): Record<string, string> {
  const values: Record<string, string> = {};
  const lines = text.split(/\r?\n/);
  for (let i = 0; i < lines.length; i++) {
    const line = lines[i];
    if (line === '') {
      continue;
    }
    const block = /^([^=]+?)<<(.+)$/.exec(line);
    const pair = /^([^=]+)=(.*)$/.exec(line);
    if (block) {
      const end = lines.indexOf(block[2], i + 1);
      if (end < 0) {
        throw new WorkflowProblem(
          `${file}: the delimiter ${block[2]} of ${block[1]} is missing`,
        );
      }
      values[block[1]] = lines.slice(i + 1, end).join('\n');
      i = end;
    } else if (pair) {
      values[pair[1]] = pair[2];
    } else {
      throw new WorkflowProblem(`${file}: invalid line "${line}"`);
    }
  }
  return values;
}

export type CommandResults = {
  outputs: Record<string, string>;
  env: Record<string, string>;
  path: string[];
  summary: string;
};

/** What a step has written to its command files. */
export async function readCommandFiles(
  directory: string,
): Promise<CommandResults> {
  const read = (file: string) => readFile(join(directory, file), 'utf8');
  return {
    outputs: parseKeyValues(await read('output'), names.output),
    env: parseKeyValues(await read('env'), names.env),
    path: (await read('path')).split(/\r?\n/).filter(Boolean),
    summary: (await read('summary')).slice(0, 65_536),
  };
}
