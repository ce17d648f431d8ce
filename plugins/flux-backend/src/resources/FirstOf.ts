/** The first so many of a series, in order, without sorting it all. */
export class FirstOf<T> {
  readonly #count: number;
  readonly #compare: (a: T, b: T) => number;
  #items: T[] = [];
  /** Once there are enough, what comes after it needn't be kept. */
  #last?: T;

  constructor(count: number, compare: (a: T, b: T) => number) {
    this.#count = count;
    this.#compare = compare;
  }

  add(item: T) {
    if (this.#last !== undefined && this.#compare(item, this.#last) > 0) {
      return;
    }
    this.#items.push(item);
    if (this.#items.length >= 4 * this.#count) {
      this.#items = this.items();
      this.#last = this.#items.at(-1);
    }
  }

  items(): T[] {
    return this.#items.sort(this.#compare).slice(0, this.#count);
  }
}
