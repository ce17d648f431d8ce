import pLimit from 'p-limit';

/** Lets so many do something at once; the others wait in a queue. */
export class Slots {
  readonly #limit: pLimit.Limit;

  constructor(count: number) {
    this.#limit = pLimit(count);
  }

  /** Resolves with how to give the slot back. */
  take(): Promise<() => void> {
    return new Promise(resolve => {
      void this.#limit(() => new Promise<void>(release => resolve(release)));
    });
  }
}
