import { Entity } from '@backstage/catalog-model';
import { mockApis, renderInTestApp } from '@backstage/frontend-test-utils';
import { catalogApiRef, EntityProvider } from '@backstage/plugin-catalog-react';
import { catalogApiMock } from '@backstage/plugin-catalog-react/testUtils';
import { AuthorizeResult } from '@backstage/plugin-permission-common';
import { ReactElement } from 'react';
import { FluxApi, fluxApiRef } from '../api';
import { fluxTabRouteRef } from '../routes';

// What is permitted is cached per entity for as long as the page lives, which here is all tests.
let pages = 0;

function orders(): Entity {
  pages += 1;
  return {
    apiVersion: 'backstage.io/v1alpha1',
    kind: 'Component',
    metadata: { name: 'orders', namespace: `page-${pages}` },
  };
}

/** Renders a component on the entity's page, with a fake backend. */
export function renderFlux(
  element: ReactElement,
  api: FluxApi,
  options: {
    /** Names of the permissions that the reader lacks. */
    denied?: string[];
    /** Path and query of the page. */
    at?: string;
    /** What the catalog answers; nothing by default. */
    catalog?: ReturnType<typeof catalogApiMock>;
  } = {},
) {
  const { denied = [], at = '/', catalog = catalogApiMock() } = options;
  return renderInTestApp(
    <EntityProvider entity={orders()}>{element}</EntityProvider>,
    {
      initialRouteEntries: [at],
      mountedRoutes: { '/catalog/orders/flux': fluxTabRouteRef },
      apis: [
        [fluxApiRef, api],
        [catalogApiRef, catalog],
        mockApis.permission({
          authorize: ({ permission }) =>
            denied.includes(permission.name)
              ? AuthorizeResult.DENY
              : AuthorizeResult.ALLOW,
        }),
      ],
    },
  );
}
