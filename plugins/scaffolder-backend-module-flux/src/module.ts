import {
  coreServices,
  createBackendModule,
} from '@backstage/backend-plugin-api';
import { clusterAccessServiceRef } from '@backstage-flux/plugin-flux-node';
import { ScmIntegrations } from '@backstage/integration';
import { catalogServiceRef } from '@backstage/plugin-catalog-node';
import { scaffolderActionsExtensionPoint } from '@backstage/plugin-scaffolder-node';
import { createApplyAction } from './actions/apply';
import { createAwaitEntityAction } from './actions/awaitEntity';
import { createCheckEnrolmentAction } from './actions/checkEnrolment';
import { createDeployKeyAction } from './actions/createDeployKey';

/**
 * Adds the Flux actions to the scaffolder.
 *
 * @public
 */
export const scaffolderModuleFlux = createBackendModule({
  pluginId: 'scaffolder',
  moduleId: 'flux',
  register({ registerInit }) {
    registerInit({
      deps: {
        scaffolder: scaffolderActionsExtensionPoint,
        config: coreServices.rootConfig,
        permissions: coreServices.permissions,
        catalog: catalogServiceRef,
        clusterAccess: clusterAccessServiceRef,
      },
      async init({ scaffolder, config, permissions, catalog, clusterAccess }) {
        const integrations = ScmIntegrations.fromConfig(config);
        scaffolder.addActions(
          createCheckEnrolmentAction({
            integrations,
            clusterAccess,
            catalog,
            permissions,
          }),
          createDeployKeyAction({ integrations, clusterAccess }),
          createApplyAction({ clusterAccess, permissions }),
          createAwaitEntityAction({ catalog }),
        );
      },
    });
  },
});
