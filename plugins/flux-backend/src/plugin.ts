import {
  coreServices,
  createBackendPlugin,
} from '@backstage/backend-plugin-api';
import { metricsServiceRef } from '@backstage/backend-plugin-api/alpha';
import { catalogServiceRef } from '@backstage/plugin-catalog-node';
import { fluxPermissions } from '@backstage-flux/plugin-flux-common';
import { clusterAccessServiceRef } from '@backstage-flux/plugin-flux-node';
import { EntityActions } from './actions/EntityActions';
import { ClusterClients } from './clusters/ClusterClients';
import { readFluxConfig } from './config';
import { EntityAccess } from './entity/EntityAccess';
import { EntityViews } from './entity/EntityViews';
import { FluxMetrics } from './metrics/FluxMetrics';
import { ResourceDetails } from './resources/ResourceDetails';
import { ResourceLists } from './resources/ResourceLists';
import { ResourceReads } from './resources/ResourceReads';
import { createRouter } from './router';
import { WatchedStore } from './store/WatchedStore';
import { EntityStreams } from './stream/EntityStreams';

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
        auth: coreServices.auth,
        catalog: catalogServiceRef,
        config: coreServices.rootConfig,
        http: coreServices.httpRouter,
        httpAuth: coreServices.httpAuth,
        lifecycle: coreServices.lifecycle,
        logger: coreServices.logger,
        metricsService: metricsServiceRef,
        permissions: coreServices.permissions,
        permissionsRegistry: coreServices.permissionsRegistry,
      },
      async init({
        access: clusterAccess,
        auditor,
        auth,
        catalog,
        config,
        http,
        httpAuth,
        lifecycle,
        logger,
        metricsService,
        permissions,
        permissionsRegistry,
      }) {
        const { clusters, gitHosts } = readFluxConfig(config);
        permissionsRegistry.addPermissions(fluxPermissions);

        const clients = new ClusterClients({
          access: clusterAccess,
          timeoutMs: clusters.timeout,
        });
        const metrics = new FluxMetrics(metricsService);
        const store = WatchedStore.create({
          clients,
          logger,
          timing: {
            timeoutMs: clusters.timeout,
            retryAfterMs: clusters.retryAfter,
            silenceMs: clusters.silence,
            checkIntervalMs: clusters.checkInterval,
            refreshMs: clusters.refresh,
          },
          onWatchEnd: why => metrics.watchEnded(why),
        });
        const access = new EntityAccess({ auth, catalog, permissions });
        const views = new EntityViews({ store, gitHosts });
        const actions = new EntityActions({
          auditor,
          httpAuth,
          access,
          views,
          clients,
          store,
        });
        const lists = new ResourceLists({ store, gitHosts });
        const reads = new ResourceReads({
          store,
          clients,
          timeoutMs: clusters.timeout,
        });
        const details = new ResourceDetails({ store, views, reads, gitHosts });
        const streams = new EntityStreams({
          auditor,
          httpAuth,
          logger,
          access,
          views,
        });
        metrics.observe({
          clusters: () => store.watches,
          viewers: () => streams.viewers,
        });
        lifecycle.addStartupHook(() => store.start());
        lifecycle.addShutdownHook(async () => {
          metrics.close();
          streams.close();
          await store.stop();
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
            lists,
            reads,
            details,
            streams,
          }),
        );
      },
    });
  },
});
