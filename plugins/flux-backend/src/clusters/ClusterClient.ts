import { isDeepStrictEqual } from 'node:util';
import { ClusterAccess } from '@backstage-flux/plugin-flux-node';
import { ClusterApiError } from './ClusterApiError';
import { DISCOVERY_ACCEPT, ServedKind, servedKinds } from './discovery';
import { NotKubernetesError } from './NotKubernetesError';

interface Discovery {
  /** What `/apis` answered, to see whether it has changed. */
  etag?: string;
  text: string;
  /** Whether `/apis` would answer otherwise if another handled kind were served. */
  complete: boolean;
  readAt: number;
  served: ServedKind[];
}

// A proxy in between may hold an ETag for good that isn't any more
const MAX_AGE_MS = 600_000;

/** Speaks with the API server of one cluster and knows which versions it serves. */
export class ClusterClient {
  readonly cluster: string;
  readonly #access: ClusterAccess;
  readonly #timeoutMs: number;
  /** Whether it can send the objects that there are as the beginning of a watch; supposed until it refuses. */
  streamsLists = true;
  #discovery?: Discovery;

  constructor(options: {
    access: ClusterAccess;
    cluster: string;
    timeoutMs: number;
  }) {
    this.cluster = options.cluster;
    this.#access = options.access;
    this.#timeoutMs = options.timeoutMs;
  }

  /**
   * Asks which kinds the cluster serves now. An API server that has nothing new says so in a few bytes,
   * which makes this the cheapest way to see whether it answers at all. Returns the same array for as long as
   * nothing has changed.
   */
  async discover(stop?: AbortSignal): Promise<ServedKind[]> {
    const timeout = AbortSignal.timeout(this.#timeoutMs);
    const signal = stop ? AbortSignal.any([stop, timeout]) : timeout;
    const known = this.#discovery;
    const fresh = known && performance.now() - known.readAt < MAX_AGE_MS;
    const response = await this.#access.request(this.cluster, '/apis', {
      headers: {
        Accept: DISCOVERY_ACCEPT,
        ...(fresh && known.etag ? { 'If-None-Match': known.etag } : {}),
      },
      signal,
    });
    if (response.status === 304 && known) {
      return known.served;
    }
    if (!response.ok) {
      throw await ClusterApiError.fromResponse(response);
    }
    const text = await response.text();
    if (fresh && known.complete && text === known.text) {
      return known.served;
    }
    const { served, complete } = await servedKinds(
      parseJson(text),
      (path, abort) => this.getJson(path, { signal: abort }),
      signal,
    );
    const etag = response.headers.get('etag') ?? undefined;
    const same = known && isDeepStrictEqual(known.served, served);
    // Where there is an ETag, the text is never looked at again
    this.#discovery = {
      etag,
      text: etag ? '' : text,
      complete,
      readAt: performance.now(),
      served: same ? known.served : served,
    };
    return this.#discovery.served;
  }

  /** undefined when the cluster doesn't serve the kind. */
  async served(kind: {
    group: string;
    kind: string;
  }): Promise<ServedKind | undefined> {
    const served = this.#discovery?.served ?? (await this.discover());
    return served.find(s => s.group === kind.group && s.kind === kind.kind);
  }

  /** The answer as it comes, e.g. a watch. @throws ClusterApiError when it isn't 2xx. */
  async open(path: string, signal: AbortSignal): Promise<Response> {
    const response = await this.#access.request(this.cluster, path, {
      headers: { Accept: 'application/json' },
      signal,
    });
    if (!response.ok) {
      throw await ClusterApiError.fromResponse(response);
    }
    return response;
  }

  /** Waits no longer than the time-out of clusters, unless the caller has a time-out of its own. */
  async getJson(
    path: string,
    options: { signal?: AbortSignal } = {},
  ): Promise<unknown> {
    const response = await this.open(
      path,
      options.signal ?? AbortSignal.timeout(this.#timeoutMs),
    );
    return parseJson(await response.text());
  }

  async mergePatch(path: string, patch: object): Promise<unknown> {
    const response = await this.#access.request(this.cluster, path, {
      method: 'PATCH',
      headers: {
        Accept: 'application/json',
        'Content-Type': 'application/merge-patch+json',
      },
      body: JSON.stringify(patch),
      signal: AbortSignal.timeout(this.#timeoutMs),
    });
    if (!response.ok) {
      throw await ClusterApiError.fromResponse(response);
    }
    return parseJson(await response.text());
  }
}

/** The path of a collection, or of one object in it. */
export function apiPath(
  served: ServedKind,
  location: { namespace?: string; name?: string } = {},
): string {
  const { group, version, plural, namespaced } = served;
  const root = group ? `/apis/${group}/${version}` : `/api/${version}`;
  const namespace =
    namespaced && location.namespace
      ? `/namespaces/${encodeURIComponent(location.namespace)}`
      : '';
  const name = location.name ? `/${encodeURIComponent(location.name)}` : '';
  return `${root}${namespace}/${plural}${name}`;
}

export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new NotKubernetesError();
  }
}
