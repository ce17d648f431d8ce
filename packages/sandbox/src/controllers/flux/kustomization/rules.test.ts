import type { KubernetesObject } from '../../client';
import { formatDuration, parseDuration } from '../lib/duration';
import { sortForApply } from './apply';
import { addToHistory } from './history';
import { inventoryOf, keyOfEntry, removedKeys } from './inventory';
import { readinessOf } from './readiness';

function object(
  apiVersion: string,
  kind: string,
  more: Partial<KubernetesObject> = {},
): KubernetesObject {
  return {
    apiVersion,
    kind,
    ...more,
    metadata: { name: 'x', namespace: 'ns', generation: 2, ...more.metadata },
  };
}

const conditions = (...list: [string, string, string?][]) =>
  list.map(([type, status, reason]) => ({ type, status, reason }));

describe('inventory', () => {
  it.each([
    [object('v1', 'Service'), 'ns_x__Service', 'v1'],
    [object('apps/v1', 'Deployment'), 'ns_x_apps_Deployment', 'v1'],
    [
      object('image.toolkit.fluxcd.io/v1', 'ImagePolicy'),
      'ns_x_image.toolkit.fluxcd.io_ImagePolicy',
      'v1',
    ],
    [
      {
        apiVersion: 'rbac.authorization.k8s.io/v1',
        kind: 'ClusterRole',
        metadata: { name: 'system:x' },
      },
      '_system__x_rbac.authorization.k8s.io_ClusterRole',
      'v1',
    ],
  ])('names %j', (value, id, v) => {
    const [entry] = inventoryOf([value]).entries;
    expect(entry).toEqual({ id, v });
    expect(keyOfEntry(entry)).toEqual({
      apiVersion: value.apiVersion,
      kind: value.kind,
      name: value.metadata.name,
      ...(value.metadata.namespace
        ? { namespace: value.metadata.namespace }
        : {}),
    });
  });

  it('knows what is gone', () => {
    const both = inventoryOf([object('v1', 'Service'), object('v1', 'Secret')]);
    const one = inventoryOf([object('v1', 'Secret')]);
    expect(removedKeys(both, one)).toEqual([
      { apiVersion: 'v1', kind: 'Service', namespace: 'ns', name: 'x' },
    ]);
    expect(removedKeys(undefined, one)).toEqual([]);
  });
});

describe('readinessOf', () => {
  const rolledOut = {
    observedGeneration: 2,
    replicas: 1,
    updatedReplicas: 1,
    readyReplicas: 1,
    availableReplicas: 1,
    conditions: conditions(['Available', 'True']),
  };
  const flux = 'image.toolkit.fluxcd.io/v1';
  it.each<[string, KubernetesObject | undefined, string]>([
    ['nothing', undefined, 'NotFound'],
    ['a config map', object('v1', 'ConfigMap'), 'Current'],
    [
      'what is being deleted',
      object('v1', 'ConfigMap', {
        metadata: { name: 'x', deletionTimestamp: '2026-01-01T00:00:00Z' },
      }),
      'Terminating',
    ],
    [
      'a rolled out deployment',
      object('apps/v1', 'Deployment', { status: rolledOut }),
      'Current',
    ],
    [
      'a deployment that nobody has seen yet',
      object('apps/v1', 'Deployment', { spec: {} }),
      'InProgress',
    ],
    [
      'a deployment of an older generation',
      object('apps/v1', 'Deployment', {
        status: { ...rolledOut, observedGeneration: 1 },
      }),
      'InProgress',
    ],
    [
      'a deployment with old pods left',
      object('apps/v1', 'Deployment', {
        status: { ...rolledOut, replicas: 2 },
      }),
      'InProgress',
    ],
    [
      'a deployment past its deadline',
      object('apps/v1', 'Deployment', {
        status: {
          ...rolledOut,
          conditions: conditions([
            'Progressing',
            'False',
            'ProgressDeadlineExceeded',
          ]),
        },
      }),
      'Failed',
    ],
    ['a new policy', object(flux, 'ImagePolicy'), 'InProgress'],
    [
      'a policy without image',
      object(flux, 'ImagePolicy', {
        status: {
          observedGeneration: -1,
          conditions: conditions(['Reconciling', 'True'], ['Ready', 'False']),
        },
      }),
      'InProgress',
    ],
    [
      'a policy with an image',
      object(flux, 'ImagePolicy', {
        status: {
          observedGeneration: 2,
          conditions: conditions(['Ready', 'True']),
        },
      }),
      'Current',
    ],
    [
      'a stalled automation',
      object(flux, 'ImageUpdateAutomation', {
        status: {
          observedGeneration: 2,
          conditions: conditions(['Stalled', 'True'], ['Ready', 'False']),
        },
      }),
      'Failed',
    ],
    [
      'an alert, which has no status',
      object('notification.toolkit.fluxcd.io/v1beta3', 'Alert'),
      'Current',
    ],
    [
      'a failed job',
      object('batch/v1', 'Job', {
        status: { conditions: conditions(['Failed', 'True']) },
      }),
      'Failed',
    ],
  ])('%s', (_, value, readiness) => {
    expect(readinessOf(value)).toBe(readiness);
  });
});

it('applies in the order of kinds', () => {
  const kinds = [
    'Deployment',
    'HTTPProxy',
    'Service',
    'Namespace',
    'ConfigMap',
  ];
  expect(
    sortForApply(kinds.map(kind => object('v1', kind))).map(o => o.kind),
  ).toEqual(['Namespace', 'ConfigMap', 'Service', 'Deployment', 'HTTPProxy']);
});

it('keeps a history in which the same build counts up', () => {
  const entry = {
    digest: 'sha256:a',
    status: 'ReconciliationSucceeded',
    durationMs: 20_520,
    revision: 'main@sha1:1',
    now: '2026-01-01T00:00:00Z',
  };
  const once = addToHistory(undefined, entry);
  const twice = addToHistory(once, {
    ...entry,
    revision: 'main@sha1:2',
    now: '2026-01-02T00:00:00Z',
  });
  expect(twice).toEqual([
    {
      digest: 'sha256:a',
      firstReconciled: '2026-01-01T00:00:00Z',
      lastReconciled: '2026-01-02T00:00:00Z',
      lastReconciledDuration: '20.52s',
      lastReconciledStatus: 'ReconciliationSucceeded',
      metadata: { revision: 'main@sha1:2' },
      totalReconciliations: 2,
    },
  ]);
  const six = ['b', 'c', 'd', 'e', 'f'].reduce(
    (history, digest) => addToHistory(history, { ...entry, digest }),
    twice,
  );
  expect(six.map(({ digest }) => digest)).toEqual(['f', 'e', 'd', 'c', 'b']);
});

it.each([
  ['10m', 600_000, '10m0s'],
  ['9m30s', 570_000, '9m30s'],
  ['40s', 40_000, '40s'],
  ['1h', 3_600_000, '1h0m0s'],
  ['500ms', 500, '500ms'],
  ['1m0.5s', 60_500, '1m0.5s'],
])('reads and writes %s as Go does', (text, ms, written) => {
  expect(parseDuration(text, 0)).toBe(ms);
  expect(formatDuration(ms)).toBe(written);
});
