import { setTimeout as delay } from 'node:timers/promises';

const PATIENCE_MS = 20_000;
const FIRST_STEP_MS = 10;
const LAST_STEP_MS = 160;

/** Tries again until nothing throws, and returns what is returned then. The last error counts in the end. */
export async function until<T>(attempt: () => T | Promise<T>): Promise<T> {
  const end = performance.now() + PATIENCE_MS;
  // Failed expectations are dear, and what is waited for runs in the same process
  for (let step = FIRST_STEP_MS; ; step = Math.min(step * 2, LAST_STEP_MS)) {
    try {
      return await attempt();
    } catch (error) {
      if (performance.now() > end) {
        throw error;
      }
      await delay(step);
    }
  }
}
