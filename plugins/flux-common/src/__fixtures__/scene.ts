import type { ClusterView } from '../api';
import { buildClusterView } from '../entityView';
import { project } from '../projection/project';
import { parseEntitySelection } from '../selection';

export const NOW = '2026-11-22T18:00:00Z';
export const LIVE = { state: 'live', since: NOW } as const;

export interface Changes {
  labels?: Record<string, string>;
  annotations?: Record<string, string>;
  owner?: { apiVersion: string; kind: string; name: string };
  spec?: object;
  status?: object;
  created?: string;
}

/** An object as small as a case needs. */
export function object(
  apiVersion: string,
  kind: string,
  id: string,
  { labels, annotations, owner, spec, status, created }: Changes = {},
) {
  const [namespace, name] = id.split('/');
  return {
    apiVersion,
    kind,
    metadata: {
      namespace,
      name,
      generation: 1,
      creationTimestamp: created ?? '2026-11-01T10:00:00Z',
      labels,
      annotations,
      ownerReferences: owner && [owner],
    },
    spec,
    status,
  };
}

export function ready(
  status: 'True' | 'False' | 'Unknown',
  reason: string,
  message: string,
) {
  return {
    observedGeneration: 1,
    conditions: [
      {
        type: 'Ready',
        status,
        reason,
        message,
        observedGeneration: 1,
        lastTransitionTime: '2026-11-22T17:48:00Z',
      },
    ],
  };
}

export const OK = ready('True', 'Succeeded', 'ok');

export const appliedBy = (name: string, namespace = 'orders') => ({
  'kustomize.toolkit.fluxcd.io/name': name,
  'kustomize.toolkit.fluxcd.io/namespace': namespace,
});

export const SHA = '3f2c1ab3f2c1ab3f2c1ab3f2c1ab3f2c1ab3f2c1';
export const OLD_SHA = '71ac0de71ac0de71ac0de71ac0de71ac0de71ac0';

export function git(id: string, changes: Changes = {}, sha = SHA) {
  return object('source.toolkit.fluxcd.io/v1', 'GitRepository', id, {
    spec: {
      url: `ssh://git@127.0.0.1:4012/acme/${id.split('/')[1]}.git`,
      interval: '1m',
    },
    status: {
      artifact: {
        revision: `main@sha1:${sha}`,
        lastUpdateTime: '2026-11-22T17:47:00Z',
      },
      ...OK,
    },
    ...changes,
  });
}

export function kustomization(
  id: string,
  { spec, status, ...rest }: Changes = {},
) {
  const [, name] = id.split('/');
  return object('kustomize.toolkit.fluxcd.io/v1', 'Kustomization', id, {
    ...rest,
    spec: {
      interval: '10m',
      path: './deploy/app',
      sourceRef: { kind: 'GitRepository', name },
      ...spec,
    },
    status: { lastAppliedRevision: `main@sha1:${SHA}`, ...OK, ...status },
  });
}

export function deployment(id: string, image: string, changes: Changes = {}) {
  return object('apps/v1', 'Deployment', id, {
    ...changes,
    spec: {
      replicas: 3,
      template: { spec: { containers: [{ name: 'app', image }] } },
      ...changes.spec,
    },
    status: {
      observedGeneration: 1,
      replicas: 3,
      readyReplicas: 3,
      updatedReplicas: 3,
      availableReplicas: 3,
      ...changes.status,
    },
  });
}

export const IMAGE = 'ghcr.io/acme/orders';

/** ImageRepository, ImagePolicy and ImageUpdateAutomation of orders. */
export function imageObjects(
  latest: string,
  {
    policy = {},
    automation = {},
  }: { policy?: object; automation?: object } = {},
) {
  const v = 'image.toolkit.fluxcd.io/v1';
  return [
    object(v, 'ImageRepository', 'orders/orders', {
      spec: { image: IMAGE, interval: '1m' },
      status: { lastScanResult: { tagCount: 42 }, ...OK },
    }),
    object(v, 'ImagePolicy', 'orders/orders', {
      spec: {
        imageRepositoryRef: { name: 'orders' },
        policy: { semver: { range: '1.x' } },
      },
      status: { latestRef: { name: IMAGE, tag: latest }, ...OK, ...policy },
    }),
    object(v, 'ImageUpdateAutomation', 'orders/orders', {
      spec: {
        interval: '10m',
        sourceRef: { kind: 'GitRepository', name: 'orders' },
        git: {
          checkout: { ref: { branch: 'main' } },
          push: { branch: 'main' },
        },
        ...automation,
      },
      status: {
        lastPushCommit: '9d1e9d1e9d1e9d1e9d1e9d1e9d1e9d1e9d1e9d1e',
        lastPushTime: '2026-11-22T17:47:00Z',
        observedPolicies: { orders: { name: IMAGE, tag: latest } },
        ...OK,
      },
    }),
  ];
}

/** The view of one cluster with these objects. */
export function view(
  objects: object[],
  annotations: Record<string, string> = {
    'fluxcd.io/resources': 'kustomization:orders/orders',
  },
): ClusterView {
  const built = buildClusterView({
    cluster: 'prod-eu',
    connection: LIVE,
    projections: objects.map(o => project('prod-eu', o)),
    selection: parseEntitySelection(annotations)!,
    now: NOW,
    webBaseUrls: { '127.0.0.1:4012': 'http://127.0.0.1:4010' },
  });
  if (!built) throw new Error('The cluster has nothing of the entity');
  return built;
}

export const names = (v: ClusterView) =>
  v.resources.map(r => `${r.ref.kind} ${r.ref.name}`);

export const chain = (v: ClusterView) =>
  v.chain.map(s => `${s.label} ${s.state}: ${s.text}`);
