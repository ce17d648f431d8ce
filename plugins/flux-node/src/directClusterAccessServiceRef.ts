import {
  coreServices,
  createServiceFactory,
  createServiceRef,
} from '@backstage/backend-plugin-api';
import { ClusterAccess } from './ClusterAccess';
import { DirectClusterAccessHolder } from './DirectClusterAccessHolder';

/**
 * Where a module of the Kubernetes plugin leaves a direct way to the clusters for the plugins of the same
 * process.
 *
 * @public
 */
export interface DirectClusterAccess {
  /** Called once by the module, when it knows the Kubernetes plugin's clusters and credentials. */
  provide(access: ClusterAccess): void;

  /**
   * What was provided, or `undefined` where nothing will be. While the backend starts, and the module
   * `@backstage-flux/plugin-kubernetes-backend-module-flux` is installed in it, this waits for the module.
   */
  get(options?: { signal?: AbortSignal }): Promise<ClusterAccess | undefined>;
}

/**
 * Holds the direct way to the clusters, if there is one in this process. `clusterAccessServiceRef` takes it
 * by default.
 *
 * @public
 */
export const directClusterAccessServiceRef =
  createServiceRef<DirectClusterAccess>({
    id: 'flux.direct-cluster-access',
    scope: 'root',
    defaultFactory: async service =>
      createServiceFactory({
        service,
        deps: {
          instance: coreServices.rootInstanceMetadata,
          lifecycle: coreServices.rootLifecycle,
        },
        factory: async ({ instance, lifecycle }) => {
          const plugins = await instance.getInstalledPlugins();
          const expected = plugins
            .find(({ pluginId }) => pluginId === 'kubernetes')
            ?.modules.some(({ moduleId }) => moduleId === 'flux');
          const holder = new DirectClusterAccessHolder();
          if (expected) {
            // A Kubernetes plugin without configuration starts, and never asks its modules for anything
            lifecycle.addStartupHook(() => holder.waitNoLonger());
          } else {
            holder.waitNoLonger();
          }
          return holder;
        },
      }),
  });
