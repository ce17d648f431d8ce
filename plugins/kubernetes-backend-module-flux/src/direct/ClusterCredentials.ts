import { ServiceUnavailableError } from '@backstage/errors';
import { ANNOTATION_KUBERNETES_AUTH_PROVIDER } from '@backstage/plugin-kubernetes-common';
import {
  AuthenticationStrategy,
  ClusterDetails,
  KubernetesCredential,
} from '@backstage/plugin-kubernetes-node';

const PERSONAL_PROVIDERS = new Set(['aks', 'google', 'oidc']);

/** Backstage's own credentials for clusters, from the strategies of the Kubernetes plugin. */
export class ClusterCredentials {
  readonly #strategies: Record<string, AuthenticationStrategy>;

  static create(strategies: Record<string, AuthenticationStrategy>) {
    return new ClusterCredentials(strategies);
  }

  private constructor(strategies: Record<string, AuthenticationStrategy>) {
    this.#strategies = strategies;
  }

  /** @throws ServiceUnavailableError that says why Backstage itself has none. */
  async get(cluster: ClusterDetails): Promise<KubernetesCredential> {
    const provider = cluster.authMetadata[ANNOTATION_KUBERNETES_AUTH_PROVIDER];
    try {
      const strategy = this.#strategies[provider];
      if (!strategy) {
        throw new Error('the Kubernetes plugin knows no such auth provider');
      }
      const credential = await strategy.getCredential(cluster, {});
      // Without a person's token, this one strategy asks as nobody instead of saying so
      if (provider === 'aks' && credential.type === 'anonymous') {
        throw new Error('Aks token not found');
      }
      return credential;
    } catch (error) {
      const advice = PERSONAL_PROVIDERS.has(provider)
        ? ', which takes the token of whoever is signed in; use one that works without, e.g. serviceAccount'
        : '';
      throw new ServiceUnavailableError(
        `Backstage has no credentials of its own for cluster '${cluster.name}' with authProvider '${provider}'${advice}`,
        error,
      );
    }
  }
}
