import type { ServerResponse } from 'node:http';
import { faultMatches, type Fault, type FaultPath } from './Faults';
import type { ResourceType } from './kinds';
import type { WatchHandle } from './serveWatch';

interface Running {
  url: URL;
  type: ResourceType;
  handle: WatchHandle;
}

/** The watches that clients have open. */
export class RunningWatches {
  readonly #running = new Set<Running>();

  add(running: Running, response: ServerResponse): void {
    this.#running.add(running);
    response.on('close', () => this.#running.delete(running));
  }

  /** Path and query of each. */
  get urls(): string[] {
    return [...this.#running].map(({ url }) => url.pathname + url.search);
  }

  suffer(where: FaultPath, fault: Fault): void {
    const what = fault.hang ? 'silent' : fault.watch;
    if (what && (fault.verb ?? 'watch') === 'watch') {
      [...this.#running]
        .filter(({ url }) => faultMatches(where, url.pathname))
        .forEach(({ handle }) => handle.suffer(what, fault.spares));
    }
  }

  end(type: ResourceType): void {
    [...this.#running]
      .filter(running => running.type === type)
      .forEach(({ handle }) => handle.end());
  }
}
