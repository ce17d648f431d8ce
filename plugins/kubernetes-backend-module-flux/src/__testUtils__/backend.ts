import {
  BackendFeature,
  createBackendPlugin,
} from '@backstage/backend-plugin-api';
import { mockServices, startTestBackend } from '@backstage/backend-test-utils';
import {
  ClusterAccess,
  clusterAccessServiceRef,
} from '@backstage-flux/plugin-flux-node';
import kubernetesPlugin from '@backstage/plugin-kubernetes-backend';
import kubernetesModuleFlux from '..';

export type Adapter = 'proxy' | 'direct';

export interface ClusterConfig {
  name: string;
  url: string;
  [key: string]: unknown;
}

/** The ClusterAccess that a plugin gets beside the real Kubernetes plugin, with the module or without. */
export async function accessBy(
  adapter: Adapter,
  clusters: ClusterConfig[] | undefined,
  options: { kubernetes?: object; features?: BackendFeature[] } = {},
): Promise<{ access: ClusterAccess; stop(): Promise<void> }> {
  let access: ClusterAccess | undefined;
  const backend = await startTestBackend({
    features: [
      createBackendPlugin({
        pluginId: 'flux',
        register(env) {
          env.registerInit({
            deps: { access: clusterAccessServiceRef },
            async init(deps) {
              access = deps.access;
            },
          });
        },
      }),
      kubernetesPlugin,
      ...(options.features ?? []),
      ...(adapter === 'direct' ? [kubernetesModuleFlux] : []),
      mockServices.rootConfig.factory({
        data: {
          kubernetes: clusters && {
            serviceLocatorMethod: { type: 'multiTenant' },
            clusterLocatorMethods: [
              {
                type: 'config',
                clusters: clusters.map(cluster => ({
                  authProvider: 'serviceAccount',
                  serviceAccountToken: 'test-backstage',
                  ...cluster,
                })),
              },
            ],
            ...options.kubernetes,
          },
        } as any,
      }),
    ],
  });
  return { access: access!, stop: () => backend.stop() };
}
