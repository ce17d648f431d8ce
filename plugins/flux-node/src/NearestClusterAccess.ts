import {
  ClusterAccess,
  ClusterDetails,
  ClusterRequestInit,
} from './ClusterAccess';
import type { DirectClusterAccess } from './directClusterAccessServiceRef';

/** Goes directly where that is offered in this process, otherwise through the Kubernetes plugin's proxy. */
export class NearestClusterAccess implements ClusterAccess {
  readonly #direct: DirectClusterAccess;
  readonly #proxy: ClusterAccess;

  static create(options: {
    direct: DirectClusterAccess;
    proxy: ClusterAccess;
  }) {
    return new NearestClusterAccess(options);
  }

  private constructor(options: {
    direct: DirectClusterAccess;
    proxy: ClusterAccess;
  }) {
    this.#direct = options.direct;
    this.#proxy = options.proxy;
  }

  async listClusters(options?: {
    signal?: AbortSignal;
  }): Promise<ClusterDetails[]> {
    return (await this.#access(options?.signal)).listClusters(options);
  }

  async request(
    cluster: string,
    path: string,
    init?: ClusterRequestInit,
  ): Promise<Response> {
    const access = await this.#access(init?.signal);
    return access.request(cluster, path, init);
  }

  async #access(signal: AbortSignal | undefined) {
    return (await this.#direct.get({ signal })) ?? this.#proxy;
  }
}
