import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  condition,
  createRepository,
  startWorld,
} from '../__testUtils__/world';
import { GIT_REPOSITORY } from '../source/gitRepository';
import { KUSTOMIZATION } from './dependencies';

jest.setTimeout(60_000);

const NAMESPACE = 'flux-system';
const key = (type: { apiVersion: string; kind: string }, name: string) => ({
  ...type,
  namespace: NAMESPACE,
  name,
});

// Nothing makes it ready.
const POLICY = `apiVersion: image.toolkit.fluxcd.io/v1
kind: ImagePolicy
metadata: {name: a, namespace: default}
spec:
  imageRepositoryRef: {name: none}
  policy: {alphabetical: {}}
`;

let world: Awaited<ReturnType<typeof startWorld>>;
let repository: Awaited<ReturnType<typeof createRepository>>;
let directory: string;

const apps = key(KUSTOMIZATION, 'apps');

/** A fleet whose `apps` hold the policy. */
async function startFleet(options: Parameters<typeof startWorld>[1]) {
  [world, repository] = await Promise.all([
    startWorld([], options),
    createRepository(directory),
  ]);
  await repository.commit({ 'apps/a.yaml': POLICY });
  await world.apply(
    { apiVersion: 'v1', kind: 'Namespace', metadata: { name: NAMESPACE } },
    {
      ...GIT_REPOSITORY,
      metadata: { name: 'fleet', namespace: NAMESPACE },
      spec: {
        interval: '10m',
        ref: { branch: 'main' },
        url: repository.url,
      },
    },
  );
  await world.until(key(GIT_REPOSITORY, 'fleet'), ({ status }) =>
    Boolean(status?.artifact),
  );
}

/** Applies a Kustomization that waits until its objects are healthy. */
const applyApps = (spec: object = {}) =>
  world.apply({
    ...KUSTOMIZATION,
    metadata: { name: 'apps', namespace: NAMESPACE },
    spec: {
      interval: '10m',
      path: './apps',
      prune: true,
      wait: true,
      timeout: '1m',
      sourceRef: { kind: 'GitRepository', name: 'fleet' },
      ...spec,
    },
  });

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'repository-'));
});

afterEach(async () => {
  await world.close();
  await rm(directory, { recursive: true, force: true });
});

describe('with the feature gate CancelHealthCheckOnNewRevision', () => {
  const isWaiting = (generation: number) =>
    world.until(
      apps,
      object =>
        condition(object, 'Healthy')?.status === 'Unknown' &&
        condition(object, 'Healthy').observedGeneration === generation,
    );
  const cancellations = () =>
    world
      .history('Kustomization', 'apps')
      .map(object => condition(object, 'Ready'))
      .filter(ready => ready?.reason === 'HealthCheckCanceled')
      .map(({ status, message }) => `${status}: ${message}`);

  beforeEach(async () => {
    await startFleet({ cancelHealthCheckOnNewRevision: true });
    await applyApps();
    await isWaiting(1);
  });

  it('ends the wait for a new revision, and applies that', async () => {
    const commit = await repository.commit({
      'apps/a.yaml': undefined,
      'apps/b.yaml':
        'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: b, namespace: default}\n',
    });
    await world.reconcile(key(GIT_REPOSITORY, 'fleet'));
    await world.until(
      apps,
      ({ status }) => status.lastAppliedRevision === `main@sha1:${commit}`,
    );
    expect(cancellations()).toEqual([
      'False: New reconciliation triggered by GitRepository/flux-system/fleet',
    ]);
    expect(await world.events('Kustomization', 'apps')).toContainEqual({
      type: 'Normal',
      reason: 'HealthCheckCanceled',
      message:
        'Health checks canceled due to new reconciliation triggered by GitRepository/flux-system/fleet',
    });
  });

  it('ends the wait for a changed spec', async () => {
    await world.client.patch(apps, { spec: { timeout: '2m' } });
    await isWaiting(2);
    expect(cancellations()).toEqual([
      'False: New reconciliation triggered by Kustomization/flux-system/apps',
    ]);
  });
});

describe('health check expressions', () => {
  const policy = {
    apiVersion: 'image.toolkit.fluxcd.io/v1',
    kind: 'ImagePolicy',
  };

  it.each([
    [
      'say that it is current',
      [{ ...policy, current: 'true' }],
      /^ReconciliationSucceeded: /,
    ],
    [
      'say so for all kinds of the group',
      [{ apiVersion: policy.apiVersion, current: "metadata.name == 'a'" }],
      /^ReconciliationSucceeded: /,
    ],
    [
      'say that it has failed',
      [
        {
          ...policy,
          current: 'true',
          failed: 'spec.policy.alphabetical == {}',
        },
      ],
      /^HealthCheckFailed: .*failed early due to stalled resources: \[ImagePolicy\/default\/a status: 'Failed'\]/,
    ],
    [
      'are no expressions',
      [{ ...policy, current: 'metadata.' }],
      /^InvalidCELExpression: Reconciliation failed terminally due to configuration error: failed to create custom status evaluator for healthchecks\[0\]: failed to parse the expression Current: /,
    ],
  ])('of what never becomes ready %s', async (_, healthCheckExprs, outcome) => {
    await startFleet({});
    await applyApps({ healthCheckExprs });
    const done = await world.until(apps, object =>
      ['True', 'False'].includes(condition(object, 'Ready')?.status),
    );
    const { reason, message } = condition(done, 'Ready');
    expect(`${reason}: ${message}`).toMatch(outcome);
  });
});
