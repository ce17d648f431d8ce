/** Loads a value at most once at a time, and again only when it is older than allowed. */
export class FreshValue<T> {
  readonly #load: () => Promise<T>;
  readonly #maxAgeMs: number;
  #loaded?: { value: T; at: number };
  #loading?: Promise<T>;

  constructor(options: { load: () => Promise<T>; maxAgeMs: number }) {
    this.#load = options.load;
    this.#maxAgeMs = options.maxAgeMs;
  }

  get(): Promise<T> {
    if (this.#loaded && performance.now() - this.#loaded.at < this.#maxAgeMs) {
      return Promise.resolve(this.#loaded.value);
    }
    this.#loading ??= this.#start();
    return this.#loading;
  }

  /** Also lets go of a load that is under way: it may have seen the world before the change. */
  invalidate() {
    this.#loaded = undefined;
    this.#loading = undefined;
  }

  #start(): Promise<T> {
    const loading: Promise<T> = this.#load().then(
      value => {
        if (this.#loading === loading) {
          this.#loaded = { value, at: performance.now() };
          this.#loading = undefined;
        }
        return value;
      },
      error => {
        if (this.#loading === loading) {
          this.#loading = undefined;
        }
        throw error;
      },
    );
    return loading;
  }
}
