import { createServiceFactory } from '@backstage/backend-plugin-api';
import {
  mockCredentials,
  startTestBackend,
} from '@backstage/backend-test-utils';
import { clusterAccessServiceRef } from '@backstage-flux/plugin-flux-node';
import { catalogServiceMock } from '@backstage/plugin-catalog-node/testUtils';
import scaffolderPlugin from '@backstage/plugin-scaffolder-backend';
import Ajv from 'ajv';
import { parse } from 'yaml';
import fluxModule from '.';
import { FakeCluster } from './__testUtils__/fakeCluster';

jest.setTimeout(60_000);

interface Action {
  id: string;
  schema: { input: object };
  examples?: { example: string }[];
}

describe('scaffolderModuleFlux', () => {
  it('adds the actions, with examples of what they take', async () => {
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
    const actions: Action[] = await response.json();
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
    for (const { id, schema, examples } of own) {
      const validate = new Ajv({ strict: false }).compile({
        ...schema.input,
        additionalProperties: false,
      });
      const inputs = (examples ?? []).flatMap(({ example }) =>
        parse(example)
          .steps.filter((step: { action: string }) => step.action === id)
          .map((step: { input: object }) => step.input),
      );
      expect([id, inputs]).toEqual([
        id,
        [expect.anything(), ...inputs.slice(1)],
      ]);
      for (const input of inputs) {
        validate(input);
        expect([id, validate.errors]).toEqual([id, null]);
      }
    }
  });
});
