import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Action, ActionInput } from './action';
import { insideWorkspace } from './JobEnvironment';
import { WorkflowProblem } from './workflow';

/** What a program says its version is, or undefined when there is none that starts. */
async function versionOf(
  { environment, signal }: ActionInput,
  program: string,
  args: string[],
): Promise<string | undefined> {
  try {
    const { stdout } = await promisify(execFile)(program, args, {
      // From the workspace, another version could be asked for, or fetched
      cwd: environment.home,
      env: environment.variables({ GOTOOLCHAIN: 'local' }),
      signal,
    });
    return /(\d+\.\d+(\.\d+)?\w*)/.exec(stdout)?.[1];
  } catch (error) {
    signal.throwIfAborted();
    return undefined;
  }
}

/** Whether `1.26` or `1.26.0` asks for the release that `1.26.8` is of. */
function isRelease(wanted: string, version: string): boolean {
  const release = (text: string) => text.split('.').slice(0, 2).join('.');
  return release(wanted) === release(version);
}

async function readWanted(
  { environment, with: options }: ActionInput,
  input: string,
  pattern: RegExp,
): Promise<string | undefined> {
  const file = options[`${input}-file`];
  if (options[input] || !file) {
    return options[input];
  }
  const text = await readFile(
    insideWorkspace(environment.workspace, file),
    'utf8',
  ).catch(() => {
    throw new WorkflowProblem(
      `The file of ${input}-file does not exist: ${file}`,
    );
  });
  return pattern.exec(text)?.[1];
}

function announce(
  input: ActionInput,
  name: string,
  wanted: string | undefined,
  version: string,
) {
  if (wanted && !isRelease(wanted, version)) {
    input.log.line(
      `${name.toLowerCase()}-version is ${wanted}; the sandbox has only the ${name} of this machine, ${version}`,
    );
  }
  input.log.line(`${name.toLowerCase()}: ${version}`);
}

/** The Go of this machine: what is on PATH, else where Go's own archive is unpacked to. */
export const setupGo: Action = async input => {
  const wanted = await readWanted(input, 'go-version', /^go (\S+)/m);
  const usual = '/usr/local/go/bin';
  let version = await versionOf(input, 'go', ['version']);
  if (!version) {
    input.environment.addPath(usual);
    version = await versionOf(input, `${usual}/go`, ['version']);
  }
  if (!version) {
    throw new WorkflowProblem(
      'The sandbox runs the Go of this machine, and there is none, neither on PATH nor in /usr/local/go: install Go, or choose another stack',
    );
  }
  announce(input, 'Go', wanted, version);
  // What go.mod asks for beyond that is an error, not a download
  input.environment.added.GOTOOLCHAIN = 'local';
  // In a job's own home, each would build the standard library again, which takes a minute.
  input.environment.added.GOCACHE = join(homedir(), '.cache', 'go-build');
  return { 'go-version': version };
};

/** The Python of this machine, also by the name `python`. */
export const setupPython: Action = async input => {
  const wanted = await readWanted(input, 'python-version', /(\d+\.\d+\S*)/);
  const version = await versionOf(input, 'python3', ['--version']);
  if (!version) {
    throw new WorkflowProblem(
      'The sandbox runs the Python of this machine, and there is no python3 on PATH: install Python 3.11 or newer, or choose another stack',
    );
  }
  await input.environment.addProgram(
    'python',
    '#!/bin/sh\nexec python3 "$@"\n',
  );
  announce(input, 'Python', wanted, version);
  return { 'python-version': version };
};
