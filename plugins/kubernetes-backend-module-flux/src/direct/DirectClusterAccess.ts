import {
  abortable,
  ClusterAccess,
  ClusterDetails,
  ClusterRequestInit,
} from '@backstage-flux/plugin-flux-node';
import { ServiceUnavailableError } from '@backstage/errors';
import {
  AuthenticationStrategy,
  ClusterDetails as KubernetesCluster,
  KubernetesCredential,
} from '@backstage/plugin-kubernetes-node';
import { AllConnections } from './AllConnections';
import { ClusterCredentials } from './ClusterCredentials';
import { KnownClusters } from './KnownClusters';
import { networkError } from './networkError';

/** Reaches clusters from the Kubernetes plugin's own process, without its proxy. */
export class DirectClusterAccess implements ClusterAccess {
  readonly #connections = new AllConnections();
  readonly #clusters: KnownClusters;
  readonly #credentials: ClusterCredentials;

  static create(options: {
    listClusters: () => Promise<KubernetesCluster[]>;
    authStrategies: Record<string, AuthenticationStrategy>;
  }) {
    return new DirectClusterAccess(options);
  }

  private constructor(options: {
    listClusters: () => Promise<KubernetesCluster[]>;
    authStrategies: Record<string, AuthenticationStrategy>;
  }) {
    this.#credentials = ClusterCredentials.create(options.authStrategies);
    this.#clusters = KnownClusters.create({
      list: options.listClusters,
      onListed: clusters => this.#connections.retain(clusters),
    });
  }

  async listClusters(options?: {
    signal?: AbortSignal;
  }): Promise<ClusterDetails[]> {
    const clusters = await this.#clusters.list(options?.signal);
    return clusters.map(({ name, title }) =>
      title === undefined ? { name } : { name, title },
    );
  }

  async request(
    name: string,
    path: string,
    init: ClusterRequestInit = {},
  ): Promise<Response> {
    const { method = 'GET', body, signal } = init;
    const cluster = await this.#clusters.get(name, signal);
    const credential = await abortable(this.#credentials.get(cluster), signal);
    try {
      return await this.#connections.to(cluster, credential).request({
        method,
        path,
        headers: requestHeaders(init.headers, credential),
        body,
        signal,
      });
    } catch (error) {
      // An abort is the caller's own doing and keeps its reason
      signal?.throwIfAborted();
      throw new ServiceUnavailableError(
        `Cluster '${name}' can’t be reached`,
        networkError(error),
      );
    }
  }

  close() {
    this.#connections.close();
  }
}

function requestHeaders(
  own: Record<string, string> | undefined,
  credential: KubernetesCredential,
): Record<string, string> {
  const headers = new Headers(own);
  headers.set('accept-encoding', 'identity');
  headers.set('user-agent', 'backstage-flux');
  if (credential.type === 'bearer token') {
    // Tokens from files tend to end in a line break
    headers.set('authorization', `Bearer ${credential.token.trim()}`);
  }
  return Object.fromEntries(headers);
}
