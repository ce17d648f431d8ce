import { LoggerService } from '@backstage/backend-plugin-api';
import { isError } from '@backstage/errors';
import { ClusterConnection } from '@backstage-flux/plugin-flux-common';
import { ClusterDetails } from '@backstage-flux/plugin-flux-node';
import { ClusterApiError } from '../clusters/ClusterApiError';
import { ClusterClient } from '../clusters/ClusterClient';
import { FreshValue } from '../clusters/FreshValue';
import { ClusterSnapshot, NamespaceObjects } from './ResourceStore';
import { connectionReason } from './connectionReason';
import { mergeMissing } from './mergeMissing';
import { readCluster } from './readCluster';
import { clusterPlan, namespacePlan } from './readPlan';

export interface ReadOptions {
  timeoutMs: number;
  freshnessMs: number;
  retryAfterMs: number;
}

interface Failure {
  reason: string;
  since: string;
  nextTryAt: number;
}

interface NamespaceReads {
  fresh: FreshValue<NamespaceObjects>;
  known?: NamespaceObjects;
}

const MAX_NAMESPACES = 200;

/** One cluster as it was last read. */
export class ClusterReads {
  readonly #client: ClusterClient;
  readonly #logger: LoggerService;
  readonly #options: ReadOptions;
  readonly #whole: FreshValue<NamespaceObjects>;
  readonly #namespaces = new Map<string, NamespaceReads>();
  #known?: NamespaceObjects & { at: string; turn: number };
  #turn = 0;
  #liveSince?: string;
  #failure?: Failure;

  constructor(
    client: ClusterClient,
    logger: LoggerService,
    options: ReadOptions,
  ) {
    this.#client = client;
    this.#logger = logger.child({ cluster: client.cluster });
    this.#options = options;
    this.#whole = new FreshValue({
      maxAgeMs: options.freshnessMs,
      load: () => this.#readWhole(),
    });
  }

  async snapshot(cluster: ClusterDetails): Promise<ClusterSnapshot> {
    if (!this.#failure) {
      // A failure is kept, and told as the connection
      await this.#whole.get().catch(() => {});
    } else if (Date.now() >= this.#failure.nextTryAt) {
      // Tried in the background: nobody waits twice for a cluster that is silent
      this.#whole.get().catch(() => {});
    }
    return {
      cluster,
      connection: this.#connection(),
      objects: this.#known?.objects ?? [],
    };
  }

  async namespaces(names: string[]): Promise<NamespaceObjects> {
    const reads = await Promise.all(
      names.slice(0, MAX_NAMESPACES).map(name => this.#namespace(name)),
    );
    return {
      objects: reads.flatMap(read => read.objects),
      missing: mergeMissing(...reads.map(read => read.missing)),
    };
  }

  invalidate() {
    this.#whole.invalidate();
    for (const { fresh } of this.#namespaces.values()) {
      fresh.invalidate();
    }
  }

  async #readWhole(): Promise<NamespaceObjects> {
    const turn = ++this.#turn;
    try {
      const read = await readCluster(this.#client, clusterPlan, {
        signal: AbortSignal.timeout(this.#options.timeoutMs),
      });
      this.#succeeded(read, turn);
      return read;
    } catch (error) {
      this.#failed(error);
      throw error;
    }
  }

  #succeeded(read: NamespaceObjects, turn: number) {
    // A read that began earlier, before somebody changed the cluster, may end later
    if (this.#known && this.#known.turn > turn) {
      return;
    }
    if (this.#failure) {
      this.#logger.info('Cluster can be read again');
    }
    const at = new Date().toISOString();
    this.#known = { ...read, at, turn };
    this.#liveSince ??= at;
    this.#failure = undefined;
  }

  #failed(error: unknown) {
    const reason = connectionReason(error, this.#options.timeoutMs);
    if (this.#failure?.reason !== reason) {
      this.#logger.warn(
        `Cluster can’t be read: ${reason}`,
        isError(error) ? error : undefined,
      );
    }
    const askedFor =
      error instanceof ClusterApiError ? error.retryAfterMs : undefined;
    this.#liveSince = undefined;
    this.#failure = {
      reason,
      since: this.#failure?.since ?? new Date().toISOString(),
      nextTryAt: Date.now() + (askedFor ?? this.#options.retryAfterMs),
    };
  }

  #connection(): ClusterConnection {
    if (this.#failure) {
      const { reason, since, nextTryAt } = this.#failure;
      return {
        // What is shown of a stale cluster is as old as its last good answer
        ...(this.#known
          ? { state: 'stale', since: this.#known.at }
          : { state: 'down', since }),
        reason,
        nextTryAt: new Date(nextTryAt).toISOString(),
      };
    }
    const missing = mergeMissing(this.#known?.missing ?? []);
    return {
      state: 'live',
      since: this.#liveSince ?? new Date().toISOString(),
      ...(missing.length ? { missing } : {}),
    };
  }

  async #namespace(name: string): Promise<NamespaceObjects> {
    const reads = this.#namespaces.get(name) ?? this.#addNamespace(name);
    if (this.#failure) {
      return reads.known ?? { objects: [], missing: [] };
    }
    try {
      reads.known = await reads.fresh.get();
      return reads.known;
    } catch (error) {
      const message = connectionReason(error, this.#options.timeoutMs);
      const objects = reads.known?.objects ?? [];
      return {
        objects,
        missing: [{ kind: 'Pod', reason: 'unreadable', message }],
      };
    }
  }

  #addNamespace(name: string): NamespaceReads {
    if (this.#namespaces.size >= MAX_NAMESPACES) {
      this.#namespaces.clear();
    }
    const fresh = new FreshValue({
      maxAgeMs: this.#options.freshnessMs,
      load: () =>
        readCluster(this.#client, namespacePlan, {
          namespace: name,
          signal: AbortSignal.timeout(this.#options.timeoutMs),
        }),
    });
    const reads = { fresh };
    this.#namespaces.set(name, reads);
    return reads;
  }
}
