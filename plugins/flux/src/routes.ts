import {
  createExternalRouteRef,
  createRouteRef,
} from '@backstage/frontend-plugin-api';

/** The entity's Flux tab. */
export const fluxTabRouteRef = createRouteRef();

/** Where applications are made from templates. */
export const templatesRouteRef = createExternalRouteRef({
  defaultTarget: 'scaffolder.root',
});
