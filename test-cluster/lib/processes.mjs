import { spawn, execFileSync } from 'node:child_process';
import { existsSync, openSync, closeSync, readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';

/**
 * Starts a program that goes on when this one ends. Answers what identifies it later: its id alone may be
 * somebody else's by then.
 */
export function startDetached({ name, command, args, env, log }) {
  const output = openSync(log, 'a');
  try {
    const child = spawn(command, args, {
      detached: true,
      stdio: ['ignore', output, output],
      env: { ...process.env, ...env },
    });
    child.on('error', () => {});
    if (child.pid === undefined) {
      throw new Error(`${command} could not be started`);
    }
    child.unref();
    return { name, pid: child.pid, started: startTime(child.pid), log };
  } finally {
    closeSync(output);
  }
}

export function isRunning({ pid, started }) {
  return started !== undefined && startTime(pid) === started;
}

/** Ends a process and waits until it has ended; by force when it takes longer than `graceMs`. */
export async function stop(process_, graceMs = 5_000) {
  for (const [signal, waitMs] of [
    ['SIGTERM', graceMs],
    ['SIGKILL', 5_000],
  ]) {
    if (!isRunning(process_)) {
      return;
    }
    process.kill(process_.pid, signal);
    const deadline = Date.now() + waitMs;
    while (isRunning(process_) && Date.now() < deadline) {
      await delay(50);
    }
  }
  if (isRunning(process_)) {
    throw new Error(`${process_.name} (process ${process_.pid}) does not end`);
  }
}

/** Resident memory in MiB. */
export function memory({ pid }) {
  try {
    const kib = existsSync(`/proc/${pid}/status`)
      ? /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]
      : ps(pid, 'rss');
    return kib && Math.round(Number(kib) / 1024);
  } catch {
    return undefined;
  }
}

function startTime(pid) {
  try {
    if (!existsSync('/proc/self/stat')) {
      return ps(pid, 'lstart') || undefined;
    }
    // The second field is the program's name in brackets and may hold anything; the 22nd is its start
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return fields[0] === 'Z' ? undefined : fields[19];
  } catch {
    return undefined;
  }
}

const ps = (pid, field) =>
  execFileSync('ps', ['-o', `${field}=`, '-p', String(pid)], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  }).trim();
