import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { buffer, text } from 'node:stream/consumers';

export class GitFailed extends Error {
  readonly stderr: string;
  readonly exitCode: number | null;

  constructor(args: string[], exitCode: number | null, stderr: string) {
    super(`git ${args[0]} failed (${exitCode}): ${stderr.trim()}`);
    this.name = 'GitFailed';
    this.exitCode = exitCode;
    this.stderr = stderr;
  }
}

/** An environment in which git neither reads the user's configuration nor asks anything. */
export function gitEnvironment(
  extra: Record<string, string> = {},
): NodeJS.ProcessEnv {
  return {
    PATH: process.env.PATH,
    HOME: '/nonexistent',
    LANG: 'C.UTF-8',
    TZ: 'UTC',
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_CONFIG_GLOBAL: '/dev/null',
    GIT_TERMINAL_PROMPT: '0',
    ...extra,
  };
}

export type GitRunOptions = {
  input?: string | Buffer;
  env?: Record<string, string>;
};

/** Runs git in a directory and gives its standard output. */
export async function git(
  directory: string,
  args: string[],
  options: GitRunOptions = {},
): Promise<Buffer> {
  const child = spawn('git', args, {
    cwd: directory,
    env: gitEnvironment(options.env),
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  // git may end without reading all of its input; the exit code tells what matters.
  child.stdin.on('error', () => undefined);
  child.stdin.end(options.input);
  const [output, stderr, [exitCode]] = await Promise.all([
    buffer(child.stdout),
    text(child.stderr),
    once(child, 'close') as Promise<[number | null]>,
  ]);
  if (exitCode !== 0) {
    throw new GitFailed(args, exitCode, stderr);
  }
  return output;
}

/** As {@link git}, for commands that print one line. */
export async function gitLine(
  directory: string,
  args: string[],
  options?: GitRunOptions,
): Promise<string> {
  return (await git(directory, args, options)).toString('utf8').trim();
}
