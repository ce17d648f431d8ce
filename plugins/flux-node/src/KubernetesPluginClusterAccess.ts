import { AuthService, DiscoveryService } from '@backstage/backend-plugin-api';
import {
  NotFoundError,
  ResponseError,
  ServiceUnavailableError,
} from '@backstage/errors';
import { z } from 'zod';
import {
  ClusterAccess,
  ClusterDetails,
  ClusterRequestInit,
} from './ClusterAccess';

const clustersSchema = z.object({
  items: z.array(
    z.object({ name: z.string().min(1), title: z.string().optional() }),
  ),
});

/** The shape of an error of the Kubernetes plugin; an API server answers a `Status` instead. */
const pluginErrorSchema = z.object({
  error: z.object({ name: z.string(), message: z.string().optional() }),
});

/** Reaches clusters through the Kubernetes plugin, with the calling plugin's own credentials. */
export class KubernetesPluginClusterAccess implements ClusterAccess {
  readonly #auth: AuthService;
  readonly #discovery: DiscoveryService;

  static create(options: { auth: AuthService; discovery: DiscoveryService }) {
    return new KubernetesPluginClusterAccess(options);
  }

  private constructor(options: {
    auth: AuthService;
    discovery: DiscoveryService;
  }) {
    this.#auth = options.auth;
    this.#discovery = options.discovery;
  }

  async listClusters(options?: {
    signal?: AbortSignal;
  }): Promise<ClusterDetails[]> {
    const response = await this.#fetch('/clusters', {
      signal: options?.signal,
    });
    if (!response.ok) {
      throw await ResponseError.fromResponse(response);
    }
    const answer = clustersSchema.safeParse(
      await response.json().catch(() => undefined),
    );
    if (!answer.success) {
      throw new ServiceUnavailableError(
        'The Kubernetes plugin answered its list of clusters in a form that is not understood; check that @backstage/plugin-kubernetes-backend is installed and up to date',
      );
    }
    return answer.data.items;
  }

  async request(
    cluster: string,
    path: string,
    init: ClusterRequestInit = {},
  ): Promise<Response> {
    const response = await this.#fetch(`/proxy${path}`, {
      ...init,
      headers: { ...init.headers, 'Backstage-Kubernetes-Cluster': cluster },
    });
    await throwIfNotFromCluster(cluster, response);
    return response;
  }

  async #fetch(path: string, init: ClusterRequestInit): Promise<Response> {
    const baseUrl = await this.#discovery.getBaseUrl('kubernetes');
    const { token } = await this.#auth.getPluginRequestToken({
      onBehalfOf: await this.#auth.getOwnServiceCredentials(),
      targetPluginId: 'kubernetes',
    });
    const headers = new Headers(init.headers);
    headers.set('Authorization', `Bearer ${token}`);
    // What is compressed on its way is held back, so a watch would never tell of anything
    headers.set('Accept-Encoding', 'identity');
    try {
      return await fetch(`${baseUrl}${path}`, { ...init, headers });
    } catch (error) {
      // An abort is the caller's own doing and keeps its reason
      init.signal?.throwIfAborted();
      throw new ServiceUnavailableError(
        `The Kubernetes plugin at ${baseUrl} can’t be reached`,
        error,
      );
    }
  }
}

/**
 * The proxy answers for a cluster that it can't reach, or doesn't know, in the same status codes as an
 * API server would. Only the body tells them apart; without this, a dead cluster looks like one that
 * answers 500. Bodies of successful answers are left alone, they may be watches.
 */
async function throwIfNotFromCluster(cluster: string, response: Response) {
  const type = response.headers.get('content-type') ?? '';
  if (response.ok || !type.includes('json')) {
    return;
  }
  const body = await response
    .clone()
    .json()
    .catch(() => undefined);
  const parsed = pluginErrorSchema.safeParse(body);
  if (!parsed.success) {
    return;
  }
  if (response.status >= 500) {
    const { cause } = await ResponseError.fromResponse(response);
    throw new ServiceUnavailableError(
      `Cluster '${cluster}' can’t be reached`,
      cause,
    );
  }
  if (response.status === 404) {
    throw new NotFoundError(
      `The Kubernetes plugin knows no cluster '${cluster}'`,
    );
  }
  throw await ResponseError.fromResponse(response);
}
