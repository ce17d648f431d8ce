import { abortable } from '@backstage-flux/plugin-flux-node';
import { NotFoundError, ServiceUnavailableError } from '@backstage/errors';
import { ClusterDetails } from '@backstage/plugin-kubernetes-node';

// Some locators ask elsewhere each time, e.g. the catalog; hundreds of watches would ask all at once
const FRESH_MS = 10_000;

/** The clusters of the Kubernetes plugin, listed once for all who ask at about the same time. */
export class KnownClusters {
  readonly #list: () => Promise<ClusterDetails[]>;
  readonly #onListed: (clusters: ReadonlyMap<string, ClusterDetails>) => void;
  #listing?: Promise<ReadonlyMap<string, ClusterDetails>>;
  #last?: ReadonlyMap<string, ClusterDetails>;
  #listedAt = 0;

  static create(options: {
    list: () => Promise<ClusterDetails[]>;
    onListed: (clusters: ReadonlyMap<string, ClusterDetails>) => void;
  }) {
    return new KnownClusters(options);
  }

  private constructor(options: {
    list: () => Promise<ClusterDetails[]>;
    onListed: (clusters: ReadonlyMap<string, ClusterDetails>) => void;
  }) {
    this.#list = options.list;
    this.#onListed = options.onListed;
  }

  async list(signal?: AbortSignal): Promise<ClusterDetails[]> {
    return [...(await this.#refreshed(signal)).values()];
  }

  /** @throws NotFoundError, ServiceUnavailableError when the clusters could never be listed. */
  async get(name: string, signal?: AbortSignal): Promise<ClusterDetails> {
    const cluster = (await this.#recent(signal)).get(name);
    if (!cluster) {
      throw new NotFoundError(
        `The Kubernetes plugin knows no cluster '${name}'`,
      );
    }
    return cluster;
  }

  async #recent(signal?: AbortSignal) {
    if (this.#last && performance.now() - this.#listedAt < FRESH_MS) {
      return this.#last;
    }
    try {
      return await this.#refreshed(signal);
    } catch (error) {
      signal?.throwIfAborted();
      // Clusters that were there a moment ago are still there when the catalog is away
      if (this.#last) {
        return this.#last;
      }
      throw error;
    }
  }

  #refreshed(signal?: AbortSignal) {
    this.#listing ??= this.#refresh().finally(() => {
      this.#listing = undefined;
    });
    return abortable(this.#listing, signal);
  }

  async #refresh() {
    try {
      const clusters = new Map<string, ClusterDetails>();
      for (const cluster of await this.#list()) {
        // Of two with the same name the proxy takes the first
        if (!clusters.has(cluster.name)) {
          clusters.set(cluster.name, cluster);
        }
      }
      this.#last = clusters;
      this.#listedAt = performance.now();
      this.#onListed(clusters);
      return clusters;
    } catch (error) {
      throw new ServiceUnavailableError(
        'The Kubernetes plugin can’t list its clusters',
        error,
      );
    }
  }
}
