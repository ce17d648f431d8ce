import { execFile } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';

const GRACE_MS = 3000;
const running = new Set();

/**
 * Runs a command and answers `{ stdout, stderr }`; throws when it ends with another code than 0, with what it
 * said in `error.stdout` and `error.stderr`. It ends with this process, see `endChildren`.
 */
export function execChild(command, args, { onStart, ...options } = {}) {
  return new Promise((resolve, reject) => {
    const child = execFile(
      command,
      args,
      { maxBuffer: 64 * 1024 * 1024, ...options },
      (error, stdout, stderr) => {
        running.delete(child);
        if (error) {
          reject(Object.assign(error, { stdout, stderr }));
        } else {
          resolve({ stdout, stderr });
        }
      },
    );
    running.add(child);
    onStart?.(child);
  });
}

const killAll = signal => {
  for (const child of running) {
    child.kill(signal);
  }
};

/** Ends every command that still runs, with force after a while. */
export async function endChildren() {
  const deadline = Date.now() + GRACE_MS;
  killAll('SIGTERM');
  while (running.size > 0 && Date.now() < deadline) {
    await sleep(50);
  }
  killAll('SIGKILL');
}

/** Does something with commands, which end when it ends, or when this process is told to. */
export async function withChildren(work) {
  const listeners = [
    ['SIGINT', 130],
    ['SIGTERM', 143],
    ['SIGHUP', 129],
  ].map(([signal, code]) => [
    signal,
    async () => {
      await endChildren();
      process.exit(code);
    },
  ]);
  const kill = () => killAll('SIGKILL');
  listeners.forEach(([signal, end]) => process.once(signal, end));
  process.once('exit', kill);
  try {
    return await work();
  } finally {
    await endChildren();
    listeners.forEach(([signal, end]) => process.off(signal, end));
    process.off('exit', kill);
  }
}
