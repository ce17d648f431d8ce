import type { ServerResponse } from 'node:http';
import { expired } from './errors';
import type { WatchFault } from './Faults';

/** The lines of one watch on their way to the client, with what may go wrong with them. */
export class WatchStream {
  readonly #response: ServerResponse;
  #damage: 'half' | 'malformed' | undefined;
  #spares = 0;
  #silent = false;

  constructor(response: ServerResponse) {
    this.#response = response;
    response.writeHead(200, {
      'content-type': 'application/json',
      'cache-control': 'no-cache, private',
    });
    response.flushHeaders();
  }

  get ended(): boolean {
    return this.#response.writableEnded || this.#response.destroyed;
  }

  send(line: { type: string; object: object }): void {
    if (this.#silent || this.ended) {
      return;
    }
    const text = `${JSON.stringify(line)}\n`;
    if (line.type === 'BOOKMARK' || !this.#damage) {
      this.#response.write(text);
    } else if (this.#spares > 0) {
      this.#spares -= 1;
      this.#response.write(text);
    } else if (this.#damage === 'half') {
      this.#response.write(text.slice(0, text.length / 2), () =>
        this.#response.destroy(),
      );
      this.#silent = true;
    } else {
      this.#response.write('{"type":"MODIFIED","object":{"metadata":{]}\n');
      this.#damage = undefined;
    }
  }

  end(): void {
    if (!this.#silent) {
      this.#response.end();
    }
  }

  /** Says that a revision can't be watched from, and ends. */
  expire(wanted: number, oldest: number): void {
    const error = expired(`too old resource version: ${wanted} (${oldest})`);
    this.send({ type: 'ERROR', object: error.toStatus() });
    this.end();
  }

  suffer(fault: Exclude<WatchFault, 'gone'>, spares: number): void {
    switch (fault) {
      case 'cut':
        this.#response.destroy();
        return;
      case 'silent':
        this.#silent = true;
        return;
      default:
        this.#damage = fault;
        this.#spares = spares;
    }
  }
}
