import { NotFoundError, ServiceUnavailableError } from '@backstage/errors';
import {
  describeRef,
  FluxResourceDetail,
  projectEvents,
  redact,
  ResourceEvent,
  ResourceRef,
  resourceId,
} from '@backstage-flux/plugin-flux-common';
import pLimit, { Limit } from 'p-limit';
import { ClusterApiError } from '../clusters/ClusterApiError';
import { apiPath, ClusterClient } from '../clusters/ClusterClient';
import { ClusterClients } from '../clusters/ClusterClients';
import { ServedKind } from '../clusters/discovery';
import { ResourceStore } from '../store/ResourceStore';
import { boundObject } from './boundObject';
import { explainReadError } from './readErrors';
import { MAX_LOG_BYTES, readLog } from './readLog';
import { SharedReads } from './SharedReads';

export type ObjectAndEvents = Omit<FluxResourceDetail, 'resource'>;

export interface LogOptions {
  container?: string;
  tailLines: number;
  previous: boolean;
}

const MAX_EVENTS = 100;
// A page; the events of one object are kept for an hour and are far fewer
const READ_EVENTS = 500;
// However many people look, a cluster is asked no more at once
const READS_AT_ONCE = 8;

/**
 * Reads from clusters what only those need who look at one object. Doesn't ask whether they may: that is
 * the caller's to know.
 */
export class ResourceReads {
  readonly #store: ResourceStore;
  readonly #clients: ClusterClients;
  readonly #timeoutMs: number;
  readonly #shared = new SharedReads({ momentMs: 2_000 });
  readonly #limits = new Map<string, Limit>();

  constructor(options: {
    store: ResourceStore;
    clients: ClusterClients;
    timeoutMs: number;
  }) {
    this.#store = options.store;
    this.#clients = options.clients;
    this.#timeoutMs = options.timeoutMs;
  }

  /** @throws NotFoundError, NotAllowedError when the cluster refuses, ServiceUnavailableError. */
  async object(ref: ResourceRef): Promise<ObjectAndEvents> {
    return this.#read(ref, 'object', async (client, served) => {
      const [object, events] = await Promise.all([
        this.#attempt(ref, describeRef(ref), `get ${served.plural}`, () =>
          client.getJson(apiPath(served, ref)),
        ),
        this.#events(client, ref),
      ]);
      return { ...boundObject(redact(object)), ...events };
    });
  }

  /** @throws as {@link ResourceReads.object}, and InputError when a container has to be named. */
  async log(ref: ResourceRef, options: LogOptions): Promise<string> {
    const query = new URLSearchParams({
      tailLines: String(options.tailLines),
      previous: String(options.previous),
      limitBytes: String(MAX_LOG_BYTES),
      ...(options.container ? { container: options.container } : {}),
    });
    return this.#read(ref, `log?${query}`, async (client, served) =>
      this.#attempt(
        ref,
        `the log of ${describeRef(ref)}`,
        'get pods/log',
        async () =>
          readLog(
            await client.open(
              `${apiPath(served, ref)}/log?${query}`,
              AbortSignal.timeout(this.#timeoutMs),
            ),
          ),
      ),
    );
  }

  /** @throws as {@link ResourceReads.object}, where NotFoundError is about the cluster. */
  async namespaceExists(options: {
    cluster: string;
    namespace: string;
  }): Promise<boolean> {
    const ref: ResourceRef = {
      cluster: options.cluster,
      group: '',
      kind: 'Namespace',
      namespace: '',
      name: options.namespace,
    };
    return this.#read(ref, 'exists', (client, served) =>
      this.#attempt(ref, describeRef(ref), 'get namespaces', () =>
        client.getJson(apiPath(served, ref)).then(
          () => true,
          error => {
            if (error instanceof ClusterApiError && error.status === 404) {
              return false;
            }
            throw error;
          },
        ),
      ),
    );
  }

  async #events(
    client: ClusterClient,
    ref: ResourceRef,
  ): Promise<{ events: ResourceEvent[]; eventsError?: string }> {
    const query = new URLSearchParams({
      fieldSelector: [
        `involvedObject.kind=${ref.kind}`,
        `involvedObject.name=${ref.name}`,
      ].join(','),
      limit: String(READ_EVENTS),
    });
    const namespace = encodeURIComponent(ref.namespace || 'default');
    const what = `the events of ${describeRef(ref)}`;
    try {
      const { items } = (await this.#attempt(ref, what, 'list events', () =>
        client.getJson(`/api/v1/namespaces/${namespace}/events?${query}`),
      )) as { items?: unknown };
      return {
        events: projectEvents(Array.isArray(items) ? items : [], MAX_EVENTS),
      };
    } catch (error) {
      return { events: [], eventsError: (error as Error).message };
    }
  }

  async #read<T>(
    ref: ResourceRef,
    what: string,
    read: (client: ClusterClient, served: ServedKind) => Promise<T>,
  ): Promise<T> {
    const clusters = await this.#store.clusters();
    const state = clusters.find(({ cluster }) => cluster.name === ref.cluster);
    if (!state) {
      throw new NotFoundError(`There is no cluster ${ref.cluster}`);
    }
    const { connection } = state;
    if (connection.state === 'down' || connection.state === 'stale') {
      throw new ServiceUnavailableError(
        `Cluster ${ref.cluster} can’t be reached: ${connection.reason}`,
      );
    }
    return this.#shared.get(`${resourceId(ref)} ${what}`, () =>
      this.#limitOf(ref.cluster)(async () => {
        const client = this.#clients.of(ref.cluster);
        const served = await this.#attempt(
          ref,
          describeRef(ref),
          'discover its API',
          () => client.served(ref),
        );
        if (!served) {
          throw new NotFoundError(
            `Cluster ${ref.cluster} doesn’t serve the kind ${ref.kind} any more`,
          );
        }
        return read(client, served);
      }),
    );
  }

  #limitOf(cluster: string): Limit {
    let limit = this.#limits.get(cluster);
    if (!limit) {
      limit = pLimit(READS_AT_ONCE);
      this.#limits.set(cluster, limit);
    }
    return limit;
  }

  async #attempt<T>(
    ref: ResourceRef,
    what: string,
    right: string,
    run: () => Promise<T>,
  ): Promise<T> {
    try {
      return await run();
    } catch (error) {
      throw explainReadError(ref, what, right, error);
    }
  }
}
