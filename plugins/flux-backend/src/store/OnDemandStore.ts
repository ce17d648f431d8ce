import { LoggerService } from '@backstage/backend-plugin-api';
import { ServiceUnavailableError } from '@backstage/errors';
import { ClusterDetails } from '@backstage-flux/plugin-flux-node';
import { ClusterClients } from '../clusters/ClusterClients';
import { FreshValue } from '../clusters/FreshValue';
import { ClusterReads, ReadOptions } from './ClusterReads';
import {
  ClusterSnapshot,
  NamespaceObjects,
  ResourceStore,
} from './ResourceStore';

export interface OnDemandStoreOptions extends ReadOptions {
  clients: ClusterClients;
  logger: LoggerService;
}

/** Reads clusters when somebody asks; all who ask within the freshness share one read. */
export class OnDemandStore implements ResourceStore {
  readonly #clients: ClusterClients;
  readonly #logger: LoggerService;
  readonly #options: ReadOptions;
  readonly #clusters: FreshValue<ClusterDetails[]>;
  readonly #reads = new Map<string, ClusterReads>();

  static create(options: OnDemandStoreOptions): OnDemandStore {
    return new OnDemandStore(options);
  }

  private constructor({ clients, logger, ...options }: OnDemandStoreOptions) {
    this.#clients = clients;
    this.#logger = logger;
    this.#options = options;
    this.#clusters = new FreshValue({
      maxAgeMs: options.freshnessMs,
      load: () => this.#list(),
    });
  }

  listClusters(): Promise<ClusterDetails[]> {
    return this.#clusters.get();
  }

  snapshot(cluster: ClusterDetails): Promise<ClusterSnapshot> {
    return this.#of(cluster.name).snapshot(cluster);
  }

  namespaces(
    cluster: ClusterDetails,
    namespaces: string[],
  ): Promise<NamespaceObjects> {
    return this.#of(cluster.name).namespaces(namespaces);
  }

  invalidate(cluster: string) {
    this.#reads.get(cluster)?.invalidate();
  }

  async #list(): Promise<ClusterDetails[]> {
    const clusters = await this.#clients.list().catch(error => {
      throw new ServiceUnavailableError(
        'The clusters can’t be listed; check that the Kubernetes plugin is installed, configured and running',
        error,
      );
    });
    const names = new Set(clusters.map(cluster => cluster.name));
    for (const name of this.#reads.keys()) {
      if (!names.has(name)) {
        this.#reads.delete(name);
      }
    }
    return clusters;
  }

  #of(cluster: string): ClusterReads {
    let reads = this.#reads.get(cluster);
    if (!reads) {
      reads = new ClusterReads(
        this.#clients.of(cluster),
        this.#logger,
        this.#options,
      );
      this.#reads.set(cluster, reads);
    }
    return reads;
  }
}
