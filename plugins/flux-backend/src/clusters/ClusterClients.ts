import {
  ClusterAccess,
  ClusterDetails,
} from '@backstage-flux/plugin-flux-node';
import { ClusterClient } from './ClusterClient';

/** One client a cluster, so that all who speak with a cluster share what is known of its versions. */
export class ClusterClients {
  readonly #access: ClusterAccess;
  readonly #timeoutMs: number;
  readonly #clients = new Map<string, ClusterClient>();

  constructor(options: { access: ClusterAccess; timeoutMs: number }) {
    this.#access = options.access;
    this.#timeoutMs = options.timeoutMs;
  }

  of(cluster: string): ClusterClient {
    let client = this.#clients.get(cluster);
    if (!client) {
      client = new ClusterClient({
        access: this.#access,
        timeoutMs: this.#timeoutMs,
        cluster,
      });
      this.#clients.set(cluster, client);
    }
    return client;
  }

  async list(): Promise<ClusterDetails[]> {
    const clusters = await this.#access.listClusters({
      signal: AbortSignal.timeout(this.#timeoutMs),
    });
    const names = new Set(clusters.map(cluster => cluster.name));
    for (const name of this.#clients.keys()) {
      if (!names.has(name)) {
        this.#clients.delete(name);
      }
    }
    return clusters;
  }
}
