import { MiddlewareFactory } from '@backstage/backend-defaults/rootHttpRouter';
import {
  coreServices,
  createBackendModule,
} from '@backstage/backend-plugin-api';
import {
  AuthenticationStrategy,
  ClusterDetails,
  KubernetesCredential,
  kubernetesAuthStrategyExtensionPoint,
  kubernetesClusterSupplierExtensionPoint,
  kubernetesRouterExtensionPoint,
} from '@backstage/plugin-kubernetes-node';
import type { RequestHandler } from 'express';

/** Has the Kubernetes plugin ask here for credentials. */
export function strategyModule(
  provider: string,
  getCredential: () => Promise<KubernetesCredential>,
) {
  return createBackendModule({
    pluginId: 'kubernetes',
    moduleId: 'test-strategy',
    register(env) {
      env.registerInit({
        deps: { strategies: kubernetesAuthStrategyExtensionPoint },
        async init({ strategies }) {
          strategies.addAuthStrategy(provider, {
            getCredential,
            validateCluster: () => [],
            presentAuthMetadata: () => ({}),
          });
        },
      });
    },
  });
}

/** Has the Kubernetes plugin ask here which clusters there are. */
export function clustersModule(getClusters: () => ClusterDetails[]) {
  return createBackendModule({
    pluginId: 'kubernetes',
    moduleId: 'test-clusters',
    register(env) {
      env.registerInit({
        deps: { clusters: kubernetesClusterSupplierExtensionPoint },
        async init({ clusters }) {
          clusters.addClusterSupplier({
            getClusters: async () => getClusters(),
          });
        },
      });
    },
  });
}

/** Takes the extension point that only one module can have, and tells what it learns there. */
export function routerModule(
  onStrategies: (
    map: Record<string, AuthenticationStrategy>,
  ) => void = () => {},
) {
  return createBackendModule({
    pluginId: 'kubernetes',
    moduleId: 'test-router',
    register(env) {
      env.registerInit({
        deps: { router: kubernetesRouterExtensionPoint },
        async init({ router }) {
          router.addRouter(({ getDefault, authStrategyMap }) => {
            onStrategies(authStrategyMap);
            return getDefault();
          });
        },
      });
    },
  });
}

/** Has the Kubernetes plugin compress its answers, as backends do and test backends don't. */
export const compressionModule = createBackendModule({
  pluginId: 'kubernetes',
  moduleId: 'test-compression',
  register(env) {
    env.registerInit({
      deps: {
        config: coreServices.rootConfig,
        logger: coreServices.logger,
        router: kubernetesRouterExtensionPoint,
      },
      async init({ config, logger, router }) {
        const compress = MiddlewareFactory.create({
          config,
          logger,
        }).compression();
        router.addRouter(({ getDefault }) => {
          const inner = getDefault();
          const outer: RequestHandler = (request, response, next) =>
            compress(request, response, () => inner(request, response, next));
          return outer as typeof inner;
        });
      },
    });
  },
});
