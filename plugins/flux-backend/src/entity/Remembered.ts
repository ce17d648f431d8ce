interface Entry<T> {
  value: T;
  at: number;
  refreshing?: boolean;
}

export interface RememberedOptions {
  /** From then on a value is asked for again in the background, while the old one is given. Milliseconds. */
  refreshAfterMs: number;
  /** What is older is not given. Milliseconds. */
  maxAgeMs: number;
  /** Beyond that, what was asked for longest ago is forgotten. */
  maxEntries: number;
}

/** What was answered lately, by key. Errors are not remembered, and end what was remembered before. */
export class Remembered<T> {
  readonly #options: RememberedOptions;
  readonly #entries = new Map<string, Entry<T>>();

  constructor(options: RememberedOptions) {
    this.#options = options;
  }

  async get(key: string, ask: () => Promise<T>): Promise<T> {
    const { refreshAfterMs, maxAgeMs } = this.#options;
    const entry = this.#entries.get(key);
    const age = entry ? performance.now() - entry.at : Infinity;
    if (!entry || age > maxAgeMs) {
      return this.#ask(key, ask);
    }
    if (age > refreshAfterMs && !entry.refreshing) {
      entry.refreshing = true;
      // Whoever asks next gets the error himself
      this.#ask(key, ask).catch(() => {});
    }
    return entry.value;
  }

  /** Remembers what was learnt in another way; undefined forgets. */
  set(key: string, value: T | undefined) {
    this.#entries.delete(key);
    if (value !== undefined) {
      this.#entries.set(key, { value, at: performance.now() });
    }
    if (this.#entries.size > this.#options.maxEntries) {
      this.#entries.delete(this.#entries.keys().next().value!);
    }
  }

  async #ask(key: string, ask: () => Promise<T>): Promise<T> {
    try {
      const value = await ask();
      this.set(key, value);
      return value;
    } catch (error) {
      this.#entries.delete(key);
      throw error;
    }
  }
}
