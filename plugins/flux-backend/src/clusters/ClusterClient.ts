import { fluxKinds } from '@backstage-flux/plugin-flux-common';
import { ClusterAccess } from '@backstage-flux/plugin-flux-node';
import { ClusterApiError } from './ClusterApiError';
import { discoverKinds, ServedKind } from './discovery';
import { FreshValue } from './FreshValue';

interface RequestOptions {
  headers?: Record<string, string>;
  signal?: AbortSignal;
}

const DISCOVERY_MAX_AGE_MS = 60_000;

/** Speaks JSON with the API server of one cluster and knows which versions it serves. */
export class ClusterClient {
  readonly cluster: string;
  readonly #access: ClusterAccess;
  readonly #timeoutMs: number;
  readonly #served: FreshValue<ServedKind[]>;

  constructor(options: {
    access: ClusterAccess;
    cluster: string;
    timeoutMs: number;
  }) {
    this.cluster = options.cluster;
    this.#access = options.access;
    this.#timeoutMs = options.timeoutMs;
    const groups = [...new Set(fluxKinds.map(kind => kind.group))];
    this.#served = new FreshValue({
      maxAgeMs: DISCOVERY_MAX_AGE_MS,
      // Shared by all who wait for it, so it has a deadline of its own
      load: () =>
        discoverKinds(
          (path, request) => this.getJson(path, request),
          groups,
          AbortSignal.timeout(this.#timeoutMs),
        ),
    });
  }

  /** undefined when the cluster doesn't serve the kind. */
  async served(kind: {
    group: string;
    kind: string;
  }): Promise<ServedKind | undefined> {
    const served = await this.#served.get();
    return served.find(s => s.group === kind.group && s.kind === kind.kind);
  }

  async getJson(path: string, options: RequestOptions = {}): Promise<unknown> {
    const response = await this.#access.request(this.cluster, path, {
      headers: { Accept: 'application/json', ...options.headers },
      signal: options.signal,
    });
    return this.#json(response);
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
    return this.#json(response);
  }

  async #json(response: Response): Promise<unknown> {
    if (!response.ok) {
      throw await ClusterApiError.fromResponse(response);
    }
    return response.json();
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
