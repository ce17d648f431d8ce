import { createDeferred, DeferredPromise } from '@backstage/types';

/** Holds up whoever comes while it is closed. */
export class Gate {
  #opening?: DeferredPromise<void>;

  constructor() {
    this.close();
  }

  open() {
    this.#opening?.resolve();
    this.#opening = undefined;
  }

  close() {
    this.#opening ??= createDeferred();
  }

  get isOpen(): boolean {
    return !this.#opening;
  }

  /** Rejects with the signal's reason when it is aborted first. */
  async pass(signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    const opening = this.#opening;
    if (opening) {
      const aborted = createDeferred<never>();
      const abort = () => aborted.reject(signal.reason);
      signal.addEventListener('abort', abort, { once: true });
      try {
        await Promise.race([opening, aborted]);
      } finally {
        signal.removeEventListener('abort', abort);
      }
    }
  }
}
