import type { ObjectKey } from './client';

/** What the queue needs; `work` is called with one key at a time per key. */
export interface WorkQueueOptions {
  concurrency: number;
  signal: AbortSignal;
  work(key: ObjectKey): Promise<{ requeueAfterMs?: number } | void>;
  onError(key: ObjectKey, error: unknown): void;
  /** First wait after an error; doubles with each, up to a minute. 250 ms by default. */
  baseBackoffMs?: number;
}

const MAX_BACKOFF_MS = 60_000;

/** A string that is the same for the same object, for maps. */
export function keyString(key: ObjectKey): string {
  return `${key.apiVersion}/${key.kind}/${key.namespace ?? ''}/${key.name}`;
}

/**
 * A queue of keys as controllers have it: a key that waits is there once, a key that changes while
 * it is worked on is worked on once more afterwards, and a failure waits longer each time.
 */
export class WorkQueue {
  readonly #options: WorkQueueOptions;
  readonly #waiting = new Map<string, ObjectKey>();
  readonly #running = new Set<string>();
  readonly #timers = new Map<string, NodeJS.Timeout>();
  readonly #failures = new Map<string, number>();
  readonly #idle: (() => void)[] = [];

  constructor(options: WorkQueueOptions) {
    this.#options = options;
    options.signal.addEventListener('abort', () => {
      this.#timers.forEach(timer => clearTimeout(timer));
      this.#timers.clear();
      this.#waiting.clear();
    });
  }

  /** Makes the key due now. */
  add(key: ObjectKey): void {
    if (this.#options.signal.aborted) {
      return;
    }
    this.#waiting.set(keyString(key), key);
    this.#next();
  }

  /** Resolves as soon as no key is being worked on. */
  idle(): Promise<void> {
    return this.#running.size === 0
      ? Promise.resolve()
      : new Promise(resolve => this.#idle.push(resolve));
  }

  #addAfter(key: ObjectKey, ms: number): void {
    if (this.#options.signal.aborted) {
      return;
    }
    clearTimeout(this.#timers.get(keyString(key)));
    // Node fires a timer beyond 2^31 ms at once.
    const timer = setTimeout(() => this.add(key), Math.min(ms, 2 ** 31 - 1));
    this.#timers.set(keyString(key), timer);
  }

  #next(): void {
    for (const [name, key] of this.#waiting) {
      if (this.#running.size >= this.#options.concurrency) {
        return;
      }
      if (!this.#running.has(name)) {
        this.#waiting.delete(name);
        this.#running.add(name);
        clearTimeout(this.#timers.get(name));
        this.#timers.delete(name);
        // Not awaited: #run never rejects.
        this.#run(name, key);
      }
    }
  }

  async #run(name: string, key: ObjectKey): Promise<void> {
    try {
      const result = await this.#options.work(key);
      this.#failures.delete(name);
      if (result?.requeueAfterMs !== undefined) {
        this.#addAfter(key, result.requeueAfterMs);
      }
    } catch (error) {
      if (!this.#options.signal.aborted) {
        this.#options.onError(key, error);
        const failures = this.#failures.get(name) ?? 0;
        this.#failures.set(name, failures + 1);
        const base = this.#options.baseBackoffMs ?? 250;
        const backoff = Math.min(MAX_BACKOFF_MS, base * 2 ** failures);
        this.#addAfter(key, backoff * (0.75 + Math.random() * 0.5));
      }
    } finally {
      this.#running.delete(name);
      if (this.#running.size === 0) {
        this.#idle.splice(0).forEach(resolve => resolve());
      }
      this.#next();
    }
  }
}
