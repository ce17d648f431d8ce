import { createServiceFactory } from '@backstage/backend-plugin-api';
import {
  mockCredentials,
  startTestBackend,
} from '@backstage/backend-test-utils';
import { clusterAccessServiceRef } from '@backstage-flux/plugin-flux-node';
import { catalogServiceMock } from '@backstage/plugin-catalog-node/testUtils';
import scaffolderPlugin from '@backstage/plugin-scaffolder-backend';
import fluxModule from '.';
import { FakeCluster } from './__testUtils__/fakeCluster';

jest.setTimeout(60_000);

describe('scaffolderModuleFlux', () => {
  it('adds the actions, with examples that parse', async () => {
    const { server } = await startTestBackend({
      features: [
        scaffolderPlugin,
        fluxModule,
        catalogServiceMock.factory(),
        createServiceFactory({
          service: clusterAccessServiceRef,
          deps: {},
          factory: () => new FakeCluster(),
        }),
      ],
    });
    const response = await fetch(
      `http://localhost:${server.port()}/api/scaffolder/v2/actions`,
      { headers: { authorization: mockCredentials.user.header() } },
    );
    const actions: { id: string; examples?: unknown[] }[] =
      await response.json();
    const own = actions.filter(({ id }) => id.startsWith('flux:'));
    expect(own.map(({ id }) => id).sort()).toEqual([
      'flux:apply',
      'flux:deploy-key:create',
      'flux:enrolment:check',
      'flux:entity:await',
      'flux:environments:plan',
      'flux:fleet:check',
      'flux:gke:estimate',
      'flux:manifests:validate',
      'flux:repository:check',
      'flux:rollout:await',
    ]);
    expect(own.every(({ examples }) => examples?.length)).toBe(true);
  });
});
