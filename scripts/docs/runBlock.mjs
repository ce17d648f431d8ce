import { spawn } from 'node:child_process';

const limitMs = 60_000;

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

/**
 * Runs a block from the repository's root, as a reader would.
 *
 * @returns {Promise<string | undefined>} what went wrong
 */
export function runBlock(block) {
  const script = scriptOf(block);
  if (!script.trim()) {
    return Promise.resolve('there is no command in it');
  }
  return new Promise((resolve, reject) => {
    const child = spawn('bash', ['-euo', 'pipefail', '-c', script], {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, ...offline },
      // A group of its own, so that all of it can be ended
      detached: true,
    });
    let said = '';
    const hear = data => {
      said = `${said}${data}`.slice(-4_000);
    };
    child.stdout.on('data', hear);
    child.stderr.on('data', hear);
    const end = () => {
      try {
        process.kill(-child.pid, 'SIGKILL');
      } catch (error) {
        if (error.code !== 'ESRCH') {
          throw error;
        }
      }
    };
    let late = false;
    const timer = setTimeout(() => {
      late = true;
      end();
    }, limitMs);
    child.on('error', reject);
    child.on('exit', code => {
      clearTimeout(timer);
      // What a command left in the background must not outlive it
      end();
      if (late) {
        resolve(`took longer than ${limitMs / 1000} s\n${said}`);
      } else {
        resolve(code === 0 ? undefined : `ended with ${code}\n${said}`);
      }
    });
  });
}
