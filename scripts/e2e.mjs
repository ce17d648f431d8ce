import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { findChromium } from './chromium.mjs';
import { run } from './run.mjs';

const playwright = [
  process.execPath,
  'node_modules/@playwright/test/cli.js',
  'test',
];

/**
 * Runs the browser tests of a world and answers how many passed, failed and were skipped.
 *
 * @param world `sandbox`, `cluster` or `context`
 */
export async function runE2e(world, env = {}) {
  const results = `node_modules/.cache/e2e-${world}.json`;
  rmSync(results, { force: true });
  mkdirSync('node_modules/.cache', { recursive: true });
  const code = await run(playwright, {
    env: {
      E2E_WORLD: world,
      CHROMIUM_PATH: findChromium(),
      PLAYWRIGHT_JSON_OUTPUT_NAME: results,
      ...env,
    },
  });
  if (!existsSync(results)) {
    return { passed: 0, failed: 1 };
  }
  const { stats } = JSON.parse(readFileSync(results, 'utf8'));
  return {
    passed: stats.expected + stats.flaky,
    failed: stats.unexpected || (code === 0 ? 0 : 1),
    skipped: stats.skipped,
  };
}

/** How many tests `runE2e` would run. */
export function countE2e(world) {
  const [command, ...args] = playwright;
  const list = execFileSync(command, [...args, '--list'], {
    encoding: 'utf8',
    env: { ...process.env, E2E_WORLD: world },
  });
  return Number(/Total: (\d+) test/.exec(list)[1]);
}
