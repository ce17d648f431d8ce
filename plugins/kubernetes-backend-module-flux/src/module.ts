import {
  coreServices,
  createBackendModule,
} from '@backstage/backend-plugin-api';
import { directClusterAccessServiceRef } from '@backstage-flux/plugin-flux-node';
import {
  kubernetesAuthStrategyExtensionPoint,
  kubernetesRouterExtensionPoint,
} from '@backstage/plugin-kubernetes-node';
import { DirectClusterAccess } from './direct/DirectClusterAccess';
import { addAuthStrategies } from './google/addAuthStrategies';

/**
 * Lets the Flux plugins of the same process reach the Kubernetes plugin's clusters directly, and keeps one
 * access token for all clusters with `googleServiceAccount`.
 *
 * @public
 */
export const kubernetesModuleFlux = createBackendModule({
  pluginId: 'kubernetes',
  moduleId: 'flux',
  register(env) {
    env.registerInit({
      deps: {
        auth: coreServices.auth,
        authStrategies: kubernetesAuthStrategyExtensionPoint,
        config: coreServices.rootConfig,
        direct: directClusterAccessServiceRef,
        lifecycle: coreServices.lifecycle,
        logger: coreServices.logger,
        router: kubernetesRouterExtensionPoint,
      },
      async init({
        auth,
        authStrategies,
        config,
        direct,
        lifecycle,
        logger,
        router,
      }) {
        addAuthStrategies({ config, logger, extensionPoint: authStrategies });

        try {
          // The one extension point that is told the final clusters and strategies, whoever added them
          router.addRouter(
            ({ getDefault, clusterSupplier, authStrategyMap }) => {
              const access = DirectClusterAccess.create({
                authStrategies: authStrategyMap,
                listClusters: async () =>
                  clusterSupplier.getClusters({
                    credentials: await auth.getOwnServiceCredentials(),
                  }),
              });
              lifecycle.addShutdownHook(() => access.close());
              direct.provide(access);
              return getDefault();
            },
          );
        } catch (error) {
          logger.warn(
            `Flux reaches clusters through the proxy: another module has added its own router to the Kubernetes plugin, which takes only one (${error})`,
          );
        }
      },
    });
  },
});
