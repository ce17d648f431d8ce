import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { StringDecoder } from 'node:string_decoder';

export type ShellOptions = {
  cwd: string;
  env: Record<string, string>;
  signal: AbortSignal;
  output(text: string): void;
};

function killGroup(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') {
      throw error;
    }
  }
}

const graceMs = 2000;

/**
 * Runs a command in a process group of its own and gives its exit code. When the signal aborts,
 * the whole group is asked to end and, after two seconds, killed.
 */
export async function runShell(
  command: string,
  args: string[],
  { cwd, env, signal, output }: ShellOptions,
): Promise<number> {
  signal.throwIfAborted();
  const child = spawn(command, args, {
    cwd,
    env,
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  for (const stream of [child.stdout, child.stderr]) {
    const decoder = new StringDecoder('utf8');
    stream.on('data', chunk => output(decoder.write(chunk)));
  }
  let kill: NodeJS.Timeout | undefined;
  const abort = () => {
    if (child.pid !== undefined) {
      const { pid } = child;
      killGroup(pid, 'SIGTERM');
      kill = setTimeout(() => killGroup(pid, 'SIGKILL'), graceMs);
    }
  };
  signal.addEventListener('abort', abort);
  // What a step leaves running would hold its output open, and outlive the run.
  child.on('exit', () => child.pid && killGroup(child.pid, 'SIGKILL'));
  try {
    const [exitCode] = (await once(child, 'close')) as [number | null];
    signal.throwIfAborted();
    return exitCode ?? 1;
  } finally {
    clearTimeout(kill);
    signal.removeEventListener('abort', abort);
  }
}
