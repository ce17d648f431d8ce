import {
  coreServices,
  createBackendPlugin,
} from '@backstage/backend-plugin-api';
import { catalogServiceRef } from '@backstage/plugin-catalog-node';
import { fluxPermissions } from '@backstage-flux/plugin-flux-common';
import { clusterAccessServiceRef } from '@backstage-flux/plugin-flux-node';
import { EntityActions } from './actions/EntityActions';
import { ClusterClients } from './clusters/ClusterClients';
import { readFluxConfig } from './config';
import { EntityAccess } from './entity/EntityAccess';
import { EntityViews } from './entity/EntityViews';
import { createRouter } from './router';
import { OnDemandStore } from './store/OnDemandStore';

/**
 * The Flux backend: what Flux does for the entities of the catalog, and what people can do about it.
 *
 * @public
 */
export const fluxPlugin = createBackendPlugin({
  pluginId: 'flux',
  register(env) {
    env.registerInit({
      deps: {
        access: clusterAccessServiceRef,
        auditor: coreServices.auditor,
        catalog: catalogServiceRef,
        config: coreServices.rootConfig,
        http: coreServices.httpRouter,
        httpAuth: coreServices.httpAuth,
        logger: coreServices.logger,
        permissions: coreServices.permissions,
        permissionsRegistry: coreServices.permissionsRegistry,
      },
      async init({
        access: clusterAccess,
        auditor,
        catalog,
        config,
        http,
        httpAuth,
        logger,
        permissions,
        permissionsRegistry,
      }) {
        const { clusters, gitHosts } = readFluxConfig(config);
        permissionsRegistry.addPermissions(fluxPermissions);

        const clients = new ClusterClients({
          access: clusterAccess,
          timeoutMs: clusters.timeout,
        });
        const store = OnDemandStore.create({
          clients,
          logger,
          timeoutMs: clusters.timeout,
          freshnessMs: clusters.freshness,
          retryAfterMs: clusters.retryAfter,
        });
        const access = new EntityAccess({ catalog, permissions });
        const views = new EntityViews({ store, gitHosts });
        const actions = new EntityActions({
          auditor,
          httpAuth,
          access,
          views,
          clients,
          store,
        });
        http.use(
          createRouter({
            auditor,
            httpAuth,
            permissions,
            store,
            access,
            views,
            actions,
          }),
        );
      },
    });
  },
});
