import {
  coreServices,
  createServiceFactory,
  createServiceRef,
} from '@backstage/backend-plugin-api';
import { ClusterAccess } from './ClusterAccess';
import { directClusterAccessServiceRef } from './directClusterAccessServiceRef';
import { KubernetesPluginClusterAccess } from './KubernetesPluginClusterAccess';
import { NearestClusterAccess } from './NearestClusterAccess';

/**
 * How the Flux plugins reach clusters.
 *
 * The default goes directly where `@backstage-flux/plugin-kubernetes-backend-module-flux` is installed in the
 * same process, and otherwise through the Kubernetes plugin's proxy, as the plugin that depends on this
 * service. To reach clusters in another way, add a factory for this ref to the backend; nothing else has to
 * change.
 *
 * While the backend starts, requests wait for the Kubernetes plugin: don't await one in a plugin's `init`.
 *
 * @public
 */
export const clusterAccessServiceRef = createServiceRef<ClusterAccess>({
  id: 'flux.cluster-access',
  scope: 'plugin',
  defaultFactory: async service =>
    createServiceFactory({
      service,
      deps: {
        auth: coreServices.auth,
        discovery: coreServices.discovery,
        direct: directClusterAccessServiceRef,
      },
      factory: ({ auth, discovery, direct }) =>
        NearestClusterAccess.create({
          direct,
          proxy: KubernetesPluginClusterAccess.create({ auth, discovery }),
        }),
    }),
});
