import { spawn } from 'node:child_process';

/** Runs a command with the terminal's output and answers its exit code. */
export function run([command, ...args], { env } = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      stdio: ['ignore', 'inherit', 'inherit'],
      env: { ...process.env, ...env },
    });
    child.on('error', reject);
    child.on('exit', code => resolve(code ?? 1));
  });
}
