import { ServiceUnavailableError } from '@backstage/errors';
import { ClusterAccess } from '@backstage-flux/plugin-flux-node';
import { TOKEN } from './fluxBackend';
import { TestCluster } from './cluster';

/** Reaches API servers without a proxy, so that what breaks there is told at once. */
export function plainAccess(
  clusters: Record<string, Pick<TestCluster, 'url'>>,
): ClusterAccess {
  return {
    listClusters: async () => Object.keys(clusters).map(name => ({ name })),
    async request(cluster, path, init = {}) {
      try {
        return await fetch(clusters[cluster].url + path, {
          ...init,
          headers: { ...init.headers, authorization: `Bearer ${TOKEN}` },
        });
      } catch (error) {
        init.signal?.throwIfAborted();
        throw new ServiceUnavailableError(
          'The cluster can’t be reached',
          error,
        );
      }
    },
  };
}
