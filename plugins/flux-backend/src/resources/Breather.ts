import { setImmediate } from 'node:timers/promises';

const SLICE_MS = 10;
// Telling the time takes longer than most of what is done between two questions
const LOOK_EVERY = 32;

/** Long work in slices, so that other requests are answered in between. */
export class Breather {
  #since = performance.now();
  #asked = 0;

  /** Whether it is time to {@link rest}. Asking is cheap. */
  get due(): boolean {
    this.#asked += 1;
    return (
      this.#asked % LOOK_EVERY === 0 &&
      performance.now() - this.#since > SLICE_MS
    );
  }

  async rest() {
    await setImmediate();
    this.#since = performance.now();
  }
}
