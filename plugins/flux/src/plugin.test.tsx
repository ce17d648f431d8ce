import { Entity } from '@backstage/catalog-model';
import { renderTestApp } from '@backstage/frontend-test-utils';
import { createTestEntityPage } from '@backstage/plugin-catalog-react/testUtils';
import { screen, within } from '@testing-library/react';
import fluxPlugin, { fluxApiRef } from './index';
import { FakeFluxApi, views } from './__fixtures__';
import { hasFluxCard, hasFluxTab } from './lib';

function entity(
  kind: string,
  annotations?: Record<string, string>,
  type?: string,
): Entity {
  return {
    apiVersion: 'backstage.io/v1alpha1',
    kind,
    metadata: { name: 'orders', namespace: 'default', annotations },
    spec: { type },
  };
}
const annotations = { 'fluxcd.io/resources': 'kustomization:orders/orders' };

describe('flux plugin', () => {
  it('adds its tab and its card to an entity’s page', async () => {
    renderTestApp({
      features: [fluxPlugin],
      extensions: [
        createTestEntityPage({ entity: entity('Component', annotations) }),
      ],
      apis: [[fluxApiRef, new FakeFluxApi(views.failing())]],
    });
    const card = await screen.findByRole('region', { name: 'Flux' });
    expect(await within(card).findByText(/Failing for 12 min/)).toBeVisible();
    expect(
      await screen.findByRole('treegrid', { name: 'Objects' }),
    ).toBeInTheDocument();
  });

  it.each([
    [entity('Component'), true, false],
    [entity('Component', undefined, 'service'), true, true],
    [entity('Component', undefined, 'library'), true, false],
    [entity('Component', annotations, 'library'), true, true],
    [entity('Resource', annotations), true, true],
    [entity('System', { 'backstage.io/kubernetes-id': 'shop' }), true, true],
    [entity('Resource'), false, false],
    [entity('User'), false, false],
  ])('is shown where it says something: %j', (each, tab, card) => {
    expect(hasFluxTab(each)).toBe(tab);
    expect(hasFluxCard(each)).toBe(card);
  });
});
