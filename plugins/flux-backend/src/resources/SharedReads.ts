/** Shares a read among all who ask for the same while it goes on, and for a moment after. */
export class SharedReads {
  readonly #momentMs: number;
  readonly #reads = new Map<string, Promise<unknown>>();

  constructor(options: { momentMs: number }) {
    this.#momentMs = options.momentMs;
  }

  get<T>(key: string, read: () => Promise<T>): Promise<T> {
    const known = this.#reads.get(key);
    if (known) {
      return known as Promise<T>;
    }
    const reading = read();
    this.#reads.set(key, reading);
    const forget = () => this.#reads.delete(key);
    // Whoever asks again after a failure wants it tried again
    reading.then(() => setTimeout(forget, this.#momentMs).unref(), forget);
    return reading;
  }
}
