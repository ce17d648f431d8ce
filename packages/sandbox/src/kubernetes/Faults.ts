/** What goes wrong with a watch. */
export type WatchFault =
  /** The connection breaks. */
  | 'cut'
  /** The connection breaks in the middle of the next event of an object. */
  | 'half'
  /** Instead of the next event of an object comes a line that is no JSON. */
  | 'malformed'
  /** The revision is said to be gone: an ERROR event with 410. */
  | 'gone'
  /** It stays open and never says anything again, bookmarks included. */
  | 'silent';

/** What goes wrong with the requests that a fault is set for. */
export interface Fault {
  /** Only requests of this verb, in the terms of RBAC: `list`, `watch`, `patch`; discovery is `get`. */
  verb?: string;
  /** Answers with this code instead of doing what was asked, e.g. 429 or 503. */
  status?: number;
  /** Stands in the answer in place of the words that a server uses for `status`. */
  message?: string;
  /** Sent as Retry-After next to `status`. */
  retryAfterSeconds?: number;
  /**
   * Answers with something that is no JSON: the page of a proxy in front of the server (with 502 unless
   * `status` says otherwise), or an object that ends too early.
   */
  body?: 'html' | 'malformed';
  /**
   * Waits before the request is served, at most until the fault is cleared. A watch says nothing before
   * that, not even its headers.
   */
  delayMs?: number;
  /** Takes the request and never answers. Running watches fall silent, and stay so. */
  hang?: boolean;
  /** Befalls running watches at once, and new ones as long as the fault is set; nothing but watches. */
  watch?: WatchFault;
  /** How many events of objects come through before `half` or `malformed` befalls one; none by default. */
  spares?: number;
  /** After so many requests the fault is over; without it, it stays until it is cleared. */
  times?: number;
}

/** Which paths a fault is set for: those that begin so, or those that match. */
export type FaultPath = string | RegExp;

export const faultMatches = (where: FaultPath, path: string) =>
  typeof where === 'string' ? path.startsWith(where) : where.test(path);

function befalls(fault: Fault, verb: string): boolean {
  return fault.watch ? verb === 'watch' : (fault.verb ?? verb) === verb;
}

/** A fault for one request. */
export interface TakenFault extends Fault {
  /** Aborted when the fault is cleared. */
  cleared: AbortSignal;
}

interface SetFault {
  where: FaultPath;
  fault: Fault;
  clearing: AbortController;
}

/** The faults of one API server. Where several are set for a request, the last one counts. */
export class Faults {
  readonly #faults = new Map<string, SetFault>();

  set(where: FaultPath, fault: Fault | undefined): void {
    const key = String(where);
    this.#faults.get(key)?.clearing.abort();
    this.#faults.delete(key);
    if (fault) {
      const clearing = new AbortController();
      this.#faults.set(key, { where, fault: { ...fault }, clearing });
    }
  }

  clear(): void {
    this.#faults.forEach(({ clearing }) => clearing.abort());
    this.#faults.clear();
  }

  /** The fault for a request; counts it as used. */
  take(path: string, verb: string): TakenFault | undefined {
    const found = [...this.#faults].findLast(
      ([, { where, fault }]) =>
        faultMatches(where, path) && befalls(fault, verb),
    );
    if (!found) {
      return undefined;
    }
    const [key, { fault, clearing }] = found;
    if (fault.times !== undefined) {
      fault.times -= 1;
      if (fault.times <= 0) {
        this.#faults.delete(key);
      }
    }
    return { ...fault, cleared: clearing.signal };
  }
}
