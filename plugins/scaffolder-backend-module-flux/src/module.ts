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
import { createAwaitRolloutAction } from './actions/awaitRollout';
import { createCheckEnrolledRepositoryAction } from './actions/checkEnrolledRepository';
import { createCheckEnrolmentAction } from './actions/checkEnrolment';
import { createCheckFleetAction } from './actions/checkFleet';
import { createDeployKeyAction } from './actions/createDeployKey';
import { createEstimateGkeAction } from './actions/estimateGke';
import { createPlanEnvironmentsAction } from './actions/planEnvironments';
import { createValidateManifestsAction } from './actions/validateManifests';

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
        userInfo: coreServices.userInfo,
        auth: coreServices.auth,
        discovery: coreServices.discovery,
      },
      async init({
        scaffolder,
        config,
        permissions,
        catalog,
        clusterAccess,
        userInfo,
        auth,
        discovery,
      }) {
        const integrations = ScmIntegrations.fromConfig(config);
        scaffolder.addActions(
          createPlanEnvironmentsAction(),
          createEstimateGkeAction(),
          createCheckEnrolmentAction({
            integrations,
            clusterAccess,
            catalog,
            permissions,
          }),
          createCheckFleetAction({ integrations, catalog }),
          createCheckEnrolledRepositoryAction({
            integrations,
            clusterAccess,
            catalog,
            permissions,
            userInfo,
          }),
          createValidateManifestsAction({ clusterAccess }),
          createDeployKeyAction({ integrations, clusterAccess }),
          createApplyAction({ clusterAccess, permissions }),
          createAwaitEntityAction({ catalog }),
          createAwaitRolloutAction({ auth, discovery }),
        );
      },
    });
  },
});
