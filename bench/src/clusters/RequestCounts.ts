/** What a request wants, by what causes it: a watch that goes on and a heartbeat are caused by time. */
export type RequestType =
  | 'discovery'
  | 'list'
  | 'watchFromBeginning'
  | 'watchOn'
  | 'get';

/** Requests since the start, by who asked (the token) and what for. */
export class RequestCounts {
  readonly #counts: Record<string, Record<string, number>> = {};

  add(user: string, type: RequestType, plural = '') {
    const counts = (this.#counts[user] ??= {});
    counts[type] = (counts[type] ?? 0) + 1;
    if (plural) {
      const key = `${type} ${plural}`;
      counts[key] = (counts[key] ?? 0) + 1;
    }
  }

  toJSON() {
    return this.#counts;
  }
}
