import {
  ApiBlueprint,
  createFrontendPlugin,
  fetchApiRef,
} from '@backstage/frontend-plugin-api';
import {
  EntityCardBlueprint,
  EntityContentBlueprint,
} from '@backstage/plugin-catalog-react/alpha';
import { FormFieldBlueprint } from '@backstage/plugin-scaffolder-react/alpha';
import { FluxClient, fluxApiRef } from './api';
import { hasFluxCard, hasFluxTab } from './lib/entityFilter';
import { fluxTabRouteRef, templatesRouteRef } from './routes';

const fluxApi = ApiBlueprint.make({
  params: defineParams =>
    defineParams({
      api: fluxApiRef,
      deps: { fetchApi: fetchApiRef },
      factory: ({ fetchApi }) => FluxClient.create({ fetchApi }),
    }),
});

const fluxEntityContent = EntityContentBlueprint.make({
  params: {
    path: '/flux',
    title: 'Flux',
    routeRef: fluxTabRouteRef,
    filter: hasFluxTab,
    loader: () =>
      import('./components/tab/FluxTab').then(({ FluxTab }) => <FluxTab />),
  },
});

const fluxEntityCard = EntityCardBlueprint.make({
  params: {
    type: 'info',
    filter: hasFluxCard,
    loader: () =>
      import('./components/card/FluxCard').then(({ FluxCard }) => <FluxCard />),
  },
});

const fluxClusterPicker = FormFieldBlueprint.make({
  name: 'flux-cluster-picker',
  params: {
    field: () =>
      import('./scaffolder/fluxClusterPickerField').then(
        module => module.fluxClusterPickerField,
      ),
  },
});

const fluxFleetPicker = FormFieldBlueprint.make({
  name: 'flux-fleet-picker',
  params: {
    field: () =>
      import('./scaffolder/fluxFleetPickerField').then(
        module => module.fluxFleetPickerField,
      ),
  },
});

const fluxNamespacePicker = FormFieldBlueprint.make({
  name: 'flux-namespace-picker',
  params: {
    field: () =>
      import('./scaffolder/fluxNamespacePickerField').then(
        module => module.fluxNamespacePickerField,
      ),
  },
});

/**
 * The Flux plugin: the entity tab, the overview card, the pickers of template forms, and the client that
 * they share. Installing the package is enough.
 *
 * @public
 */
export const fluxPlugin = createFrontendPlugin({
  pluginId: 'flux',
  title: 'Flux',
  info: { packageJson: () => import('../package.json') },
  routes: { entityContent: fluxTabRouteRef },
  externalRoutes: { createFromTemplate: templatesRouteRef },
  extensions: [
    fluxApi,
    fluxEntityContent,
    fluxEntityCard,
    fluxClusterPicker,
    fluxFleetPicker,
    fluxNamespacePicker,
  ],
});
