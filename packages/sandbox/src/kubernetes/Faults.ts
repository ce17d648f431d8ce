/** What goes wrong with the requests that a fault is set for. */
export interface Fault {
  /** Answers with this code instead of doing what was asked, e.g. 429 or 503. */
  status?: number;
  /** Sent as Retry-After next to `status`. */
  retryAfterSeconds?: number;
  /** Waits before the request is served. */
  delayMs?: number;
  /** Takes the request and never answers. */
  hang?: boolean;
  /** Ends watches: the connection breaks, or the revision is said to be gone. */
  watch?: 'cut' | 'gone';
  /** After so many requests the fault is over; without it, it stays until it is cleared. */
  times?: number;
}

/** The faults of one API server, by the beginning of the path. */
export class Faults {
  readonly #faults = new Map<string, Fault>();

  set(pathPrefix: string, fault: Fault | undefined): void {
    if (fault) {
      this.#faults.set(pathPrefix, { ...fault });
    } else {
      this.#faults.delete(pathPrefix);
    }
  }

  /** The fault with the longest prefix; counts it as used. */
  take(path: string): Fault | undefined {
    const [prefix, fault] =
      [...this.#faults]
        .filter(([candidate]) => path.startsWith(candidate))
        .sort(([a], [b]) => b.length - a.length)[0] ?? [];
    if (fault?.times !== undefined) {
      fault.times -= 1;
      if (fault.times <= 0) {
        this.#faults.delete(prefix!);
      }
    }
    return fault;
  }
}
