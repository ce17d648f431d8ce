import { spawn } from 'node:child_process';
import { setTimeout as delay } from 'node:timers/promises';

const runLimitMs = 60_000;
const startLimitMs = 240_000;
const endLimitMs = 10_000;

// Whoever wants to download something is told at once that it can't
const offline = {
  YARN_ENABLE_NETWORK: '0',
  npm_config_offline: 'true',
  GOPROXY: 'off',
  http_proxy: 'http://127.0.0.1:9',
  https_proxy: 'http://127.0.0.1:9',
};

/** What a reader would type; in a `console` block that is what stands behind the prompt. */
function scriptOf({ language, code }) {
  if (language !== 'console') {
    return code;
  }
  return code
    .split('\n')
    .filter(line => line.startsWith('$ '))
    .map(line => line.slice(2))
    .join('\n');
}

/** Starts a block from the repository's root, as a reader would; whatever it leaves is of its group. */
function start(script, env) {
  const child = spawn('bash', ['-euo', 'pipefail', '-c', script], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, ...env },
    // A group of its own, so that all of it can be ended
    detached: true,
  });
  let said = '';
  const hear = data => {
    said = `${said}${data}`.slice(-4_000);
  };
  child.stdout.on('data', hear);
  child.stderr.on('data', hear);
  const kill = signal => {
    try {
      process.kill(-child.pid, signal);
    } catch (error) {
      if (error.code !== 'ESRCH') {
        throw error;
      }
    }
  };
  const exited = new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('exit', resolve);
  });
  return { exited, kill, said: () => said };
}

/** Resolves to undefined when the time is over before the promise. */
async function within(limitMs, promise) {
  const timeout = new AbortController();
  try {
    return await Promise.race([
      promise,
      delay(limitMs, undefined, { signal: timeout.signal }),
    ]);
  } finally {
    timeout.abort();
  }
}

/**
 * Runs a block to its end, without a network.
 *
 * @returns {Promise<string | undefined>} what went wrong
 */
export async function runBlock(block) {
  const script = scriptOf(block);
  if (!script.trim()) {
    return 'there is no command in it';
  }
  const { exited, kill, said } = start(script, offline);
  const code = await within(runLimitMs, exited);
  // What a command left in the background must not outlive it
  kill('SIGKILL');
  if (code === undefined) {
    return `took longer than ${runLimitMs / 1000} s\n${said()}`;
  }
  return code === 0 ? undefined : `ended with ${code}\n${said()}`;
}

const answers = url =>
  fetch(url, { signal: AbortSignal.timeout(5_000) }).then(
    ({ ok }) => ok,
    () => false,
  );

/**
 * Runs a block that does not end by itself until all addresses answer, and ends it then.
 *
 * @param {string[]} urls
 * @returns {Promise<string | undefined>} what went wrong
 */
export async function startBlock(block, urls) {
  for (const url of urls) {
    if (await answers(url)) {
      return `something else answers at ${url}; end it first`;
    }
  }
  const { exited, kill, said } = start(scriptOf(block));
  let over = false;
  const ended = exited.then(code => `ended with ${code}`);
  const answered = (async () => {
    for (const url of urls) {
      while (!over && !(await answers(url))) {
        await delay(500);
      }
    }
    return '';
  })();
  const problem =
    (await within(startLimitMs, Promise.race([ended, answered]))) ??
    `does not answer at ${urls.join(' and ')} within ${startLimitMs / 1000} s`;
  over = true;
  kill('SIGTERM');
  await within(endLimitMs, exited);
  kill('SIGKILL');
  return problem ? `${problem}\n${said()}` : undefined;
}
