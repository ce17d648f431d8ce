import { setTimeout as delay } from 'node:timers/promises';
import { Fault } from '@backstage-flux/sandbox/kubernetes';
import fc from 'fast-check';
import { TestCluster } from './cluster';

const kind = (apiVersion: string, name: string, plural: string) => ({
  apiVersion,
  group: apiVersion.includes('/') ? apiVersion.split('/')[0] : '',
  kind: name,
  path: new RegExp(`/${plural}$`),
});

/** Kinds that are watched as a whole, by label, and by namespace. */
export const KINDS = [
  kind('kustomize.toolkit.fluxcd.io/v1', 'Kustomization', 'kustomizations'),
  kind('helm.toolkit.fluxcd.io/v2', 'HelmRelease', 'helmreleases'),
  kind('source.toolkit.fluxcd.io/v1', 'GitRepository', 'gitrepositories'),
  kind('apps/v1', 'Deployment', 'deployments'),
  kind('v1', 'Service', 'services'),
  kind('v1', 'Pod', 'pods'),
];

export const NAMESPACES = ['apps', 'edge'];

const LABELS = {
  none: {},
  kustomize: { 'kustomize.toolkit.fluxcd.io/name': 'a' },
  helm: { 'helm.toolkit.fluxcd.io/name': 'b' },
  both: {
    'kustomize.toolkit.fluxcd.io/name': 'b',
    'helm.toolkit.fluxcd.io/name': 'a',
  },
};

const change = fc.record({
  type: fc.constantFrom('put', 'put', 'put', 'remove'),
  kind: fc.nat(KINDS.length - 1),
  namespace: fc.constantFrom(...NAMESPACES),
  name: fc.constantFrom('a', 'b', 'c'),
  labels: fc.constantFrom(...Object.values(LABELS)),
  suspend: fc.boolean(),
  revision: fc.constantFrom('main@sha1:1', 'main@sha1:2'),
});

type Change = typeof change extends fc.Arbitrary<infer T> ? T : never;

/** Where: a kind, or everything. */
const where = fc.option(fc.nat(KINDS.length - 1), { nil: undefined });

const fault = fc.constantFrom<Fault>(
  { watch: 'cut' },
  { watch: 'half' },
  { watch: 'half' },
  { watch: 'malformed' },
  { watch: 'malformed' },
  { watch: 'gone' },
  { watch: 'silent' },
  { status: 500 },
  { status: 403 },
  { status: 410 },
  { status: 429, retryAfterSeconds: 0 },
  { verb: 'list', status: 410 },
  { body: 'html' },
  { body: 'malformed' },
  { delayMs: 100 },
  { hang: true },
);

const step = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({
      type: fc.constant('changes' as const),
      changes: fc.array(change, { minLength: 1, maxLength: 12 }),
    }),
  },
  {
    weight: 5,
    arbitrary: fc.record({
      type: fc.constant('fault' as const),
      where,
      fault,
      spares: fc.constantFrom(0, 0, 1, 3),
      changes: fc.array(change, { maxLength: 6 }),
      times: fc.option(fc.integer({ min: 1, max: 4 }), { nil: undefined }),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      type: fc.constant('served' as const),
      kind: fc.nat(KINDS.length - 1),
      served: fc.boolean(),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      type: fc.constant('wait' as const),
      ms: fc.integer({ min: 1, max: 60 }),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      type: fc.constantFrom(
        ...(['compact', 'disconnect', 'disconnect', 'well', 'well'] as const),
        'restore' as const,
      ),
    }),
  },
);

export type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

/** Random series of changes and faults. */
export const history = fc.array(step, { minLength: 3, maxLength: 20 });

/** @param quiet - Resolves when all that has happened is known. */
export async function apply(
  api: TestCluster,
  happens: Step,
  quiet: () => Promise<void>,
): Promise<void> {
  switch (happens.type) {
    case 'changes':
      make(api, happens.changes);
      // Now and then the changes are told of before something else happens
      await new Promise(resolve => setImmediate(resolve));
      return;
    case 'fault':
      api.setFault(
        happens.where === undefined ? '/' : KINDS[happens.where].path,
        { ...happens.fault, spares: happens.spares, times: happens.times },
      );
      // What the fault befalls
      make(
        api,
        happens.changes.map(each => ({
          ...each,
          kind: happens.where ?? each.kind,
        })),
      );
      return;
    case 'served': {
      const { group, kind: name } = KINDS[happens.kind];
      // Kinds of Kubernetes' own are always there
      if (group.includes('fluxcd')) {
        api.setServed(group, name, happens.served);
      }
      return;
    }
    case 'wait':
      await delay(happens.ms);
      return;
    case 'compact':
      api.compact();
      return;
    case 'disconnect':
      api.disconnect();
      return;
    case 'well':
      api.clearFaults();
      return;
    default:
      await restore(api, quiet);
  }
}

function make(api: TestCluster, changes: Change[]) {
  for (const { type, labels, ...of } of changes) {
    const { apiVersion, kind: name } = KINDS[of.kind];
    const key = { namespace: of.namespace, name: of.name };
    if (type === 'remove') {
      api.remove({ apiVersion, kind: name, ...key });
    } else {
      api.load([
        {
          apiVersion,
          kind: name,
          metadata: { ...key, labels },
          spec: { suspend: of.suspend },
          status: { lastAppliedRevision: of.revision },
        },
      ]);
    }
  }
}

/**
 * Lets etcd lose what happens from here on. Nobody can tell when the lost revisions are used again at once,
 * so clients get the time to find out before there are others.
 */
async function restore(api: TestCluster, quiet: () => Promise<void>) {
  api.clearFaults();
  KINDS.forEach(({ group, kind: name }) => api.setServed(group, name, true));
  const backup = api.snapshot();
  for (const { apiVersion, kind: name } of KINDS) {
    for (let i = 0; i < 3; i++) {
      api.load([
        {
          apiVersion,
          kind: name,
          metadata: {
            namespace: NAMESPACES[0],
            name: 'lost',
            labels: LABELS.both,
          },
          spec: { suspend: i % 2 === 0 },
        },
      ]);
    }
  }
  await quiet();
  api.restore(backup);
  await delay(450);
  await quiet();
}
