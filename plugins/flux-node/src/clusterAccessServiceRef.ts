import {
  coreServices,
  createServiceFactory,
  createServiceRef,
} from '@backstage/backend-plugin-api';
import { ClusterAccess } from './ClusterAccess';
import { KubernetesPluginClusterAccess } from './KubernetesPluginClusterAccess';

/**
 * How the Flux plugins reach clusters.
 *
 * The default asks the Kubernetes plugin, as the plugin that depends on this service. To reach clusters
 * in another way, add a factory for this ref to the backend; nothing else has to change.
 *
 * @public
 */
export const clusterAccessServiceRef = createServiceRef<ClusterAccess>({
  id: 'flux.cluster-access',
  scope: 'plugin',
  defaultFactory: async service =>
    createServiceFactory({
      service,
      deps: { auth: coreServices.auth, discovery: coreServices.discovery },
      factory: ({ auth, discovery }) =>
        KubernetesPluginClusterAccess.create({ auth, discovery }),
    }),
});
