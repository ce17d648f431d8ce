import {
  ChainStop,
  ClusterView,
  ImageVersion,
  ResourceView,
} from '@backstage-flux/plugin-flux-common';
import { minutesAgo, resource, revision } from './resources';

/** An image of the application. */
export function image(tag: string): ImageVersion {
  return { image: 'ghcr.io/acme/orders', tag, label: tag };
}

function objects(
  cluster: string,
  changed: {
    kustomization?: Parameters<typeof resource>[3];
    deployment?: Parameters<typeof resource>[3];
    tag?: string;
  } = {},
): ResourceView[] {
  const { tag = '1.4.3' } = changed;
  const kustomization = resource(cluster, 'Kustomization', 'orders', {
    version: revision('3f2c1ab'),
    lastReconciledAt: minutesAgo(0.7),
    ...changed.kustomization,
  });
  const source = resource(cluster, 'GitRepository', 'orders', {
    version: revision('3f2c1ab'),
    lastReconciledAt: minutesAgo(1),
  });
  const repository = resource(cluster, 'ImageRepository', 'orders', {
    status: { summary: '42 tags' },
    versionText: 'ghcr.io/acme/orders',
  });
  const deployment = resource(cluster, 'Deployment', 'orders', {
    parentId: kustomization.id,
    versionText: tag,
    status: { summary: '3/3 ready' },
    lastReconciledAt: minutesAgo(120),
    ...changed.deployment,
  });
  const replicas = resource(cluster, 'ReplicaSet', 'orders-6d4f9c8b7', {
    parentId: deployment.id,
    versionText: tag,
    status: { summary: '3/3 ready' },
    lastReconciledAt: minutesAgo(120),
  });
  return [
    source,
    repository,
    resource(cluster, 'ImagePolicy', 'orders', {
      versionText: '1.4.3',
      status: { summary: 'semver 1.x' },
      lastReconciledAt: minutesAgo(14),
      dependsOn: [repository.id],
    }),
    resource(cluster, 'ImageUpdateAutomation', 'orders', {
      versionText: 'committed 9d1e',
      lastReconciledAt: minutesAgo(14),
    }),
    {
      ...kustomization,
      dependsOn: [
        source.id,
        `${cluster}/kustomize.toolkit.fluxcd.io/Kustomization/flux-system/cert-manager`,
      ],
    },
    deployment,
    replicas,
    ...['2xk9p', '8fj2m', 'qw7zd'].map(suffix =>
      resource(cluster, 'Pod', `orders-6d4f9c8b7-${suffix}`, {
        parentId: replicas.id,
        versionText: tag,
        status: { summary: 'no restarts' },
        lastReconciledAt: minutesAgo(120),
      }),
    ),
    resource(cluster, 'Service', 'orders', {
      parentId: kustomization.id,
      status: { summary: '80 → 8080' },
      lastReconciledAt: minutesAgo(60 * 24 * 34),
    }),
  ];
}

function chain(...stops: [ChainStop['state'], string][]): ChainStop[] {
  const labels = [
    'Source',
    'Image',
    'Automation',
    'Kustomization',
    'Deployment',
  ];
  return stops.map(([state, text], index) => ({
    label: labels[index],
    state,
    text,
  }));
}

function withIds(cluster: ClusterView): ClusterView {
  const kinds: Record<string, string> = {
    Source: 'GitRepository',
    Image: 'ImagePolicy',
    Automation: 'ImageUpdateAutomation',
  };
  return {
    ...cluster,
    chain: cluster.chain.map(stop => ({
      ...stop,
      resourceId: cluster.resources.find(
        each => each.ref.kind === (kinds[stop.label] ?? stop.label),
      )?.id,
    })),
  };
}

const live = () => ({ state: 'live' as const, since: minutesAgo(600) });

/** Runs the newest version. */
export function healthyCluster(name: string): ClusterView {
  return withIds({
    name,
    connection: live(),
    status: {
      state: 'upToDate',
      summary: '',
      message: '1.4.3 runs.',
      since: minutesAgo(3),
    },
    running: image('1.4.3'),
    latest: image('1.4.3'),
    appliedAt: minutesAgo(3),
    chain: chain(
      ['upToDate', 'main@3f2c1ab'],
      ['upToDate', '1.4.3'],
      ['upToDate', 'committed 9d1e'],
      ['upToDate', 'main@3f2c1ab'],
      ['upToDate', '1.4.3 · 3/3'],
    ),
    resources: objects(name),
  });
}

/** A commit that the API server refuses stands between. */
export function failingCluster(name: string): ClusterView {
  const message =
    'The API server refused Deployment/orders: spec.replicas must be ≥ 0.';
  const resources = objects(name, {
    tag: '1.4.2',
    kustomization: {
      state: 'failing',
      version: revision('71ac0de'),
      wantedVersion: revision('3f2c1ab'),
      requestedBy: 'user:default/guest',
      requestedAt: minutesAgo(4),
      createdAt: minutesAgo(60 * 24 * 34),
      status: {
        summary: 'spec.replicas must be ≥ 0',
        message,
        reason: 'ReconciliationFailed',
        rawMessage:
          'Deployment/orders/orders dry-run failed (Invalid): Deployment.apps "orders" is invalid: spec.replicas: Invalid value: -1: must be greater than or equal to 0',
        since: minutesAgo(12),
      },
    },
    deployment: {
      state: 'updatePending',
      versionText: '1.4.2 → 1.4.3',
    },
  });
  const failing = resources.find(each => each.status.state === 'failing')!;
  return withIds({
    name,
    connection: live(),
    status: {
      state: 'failing',
      summary: 'spec.replicas must be ≥ 0',
      message,
      since: minutesAgo(12),
    },
    cause: {
      ref: failing.ref,
      state: 'failing',
      title:
        'Kustomization orders can’t apply: Deployment/orders: spec.replicas must be ≥ 0',
      since: minutesAgo(12),
      revision: revision('3f2c1ab'),
      remedy:
        'Set spec.replicas of Deployment/orders to 0 or more and push; Flux applies the commit within a minute.',
      affects: [],
    },
    running: image('1.4.2'),
    latest: image('1.4.3'),
    pending: { blocked: true, next: '' },
    appliedAt: minutesAgo(120),
    chain: chain(
      ['upToDate', 'main@3f2c1ab'],
      ['upToDate', '1.4.3'],
      ['upToDate', 'committed 9d1e'],
      ['failing', 'can’t apply'],
      ['running', '1.4.2 · 3/3'],
    ),
    resources,
  });
}

/** Nothing runs yet, because no image has been built. */
export function waitingCluster(name: string): ClusterView {
  const source = resource(name, 'GitRepository', 'orders', {
    version: revision('3f2c1ab'),
  });
  const policy = resource(name, 'ImagePolicy', 'orders', {
    state: 'waiting',
    status: { summary: 'for the first image' },
  });
  return withIds({
    name,
    connection: live(),
    status: {
      state: 'waiting',
      summary: 'for the first image',
      message: 'ghcr.io/acme/orders has no tags yet.',
    },
    cause: {
      ref: policy.ref,
      state: 'waiting',
      title: 'ghcr.io/acme/orders has no tags yet.',
      detail: 'It appears here once the workflow of main has passed.',
      affects: [],
    },
    chain: chain(
      ['upToDate', 'main@3f2c1ab'],
      ['waiting', 'first image'],
      ['notReached', 'not started'],
      ['notReached', 'not started'],
      ['notReached', 'not started'],
    ),
    resources: [source, policy],
  });
}

/** Someone stopped it, and said why. */
export function suspendedCluster(name: string): ClusterView {
  const resources = objects(name, {
    tag: '1.4.2',
    kustomization: {
      state: 'suspended',
      status: { summary: 'by user:guest', since: minutesAgo(120) },
      suspension: {
        by: 'user:default/guest',
        reason: 'Freeze for the summer sale, until Monday.',
        at: minutesAgo(120),
      },
      actions: { reconcile: false, suspend: false, resume: true },
    },
  });
  const suspended = resources.find(each => each.suspension)!;
  return withIds({
    name,
    connection: live(),
    status: {
      state: 'suspended',
      summary: 'by user:guest',
      message: 'Kustomization orders is suspended.',
      since: minutesAgo(120),
    },
    cause: {
      ref: suspended.ref,
      state: 'suspended',
      title: 'Kustomization orders is suspended by user:guest',
      detail: '“Freeze for the summer sale, until Monday.”',
      since: minutesAgo(120),
      affects: [],
    },
    running: image('1.4.2'),
    latest: image('1.4.3'),
    pending: { blocked: true, next: '' },
    chain: chain(
      ['upToDate', 'main@3f2c1ab'],
      ['upToDate', '1.4.3'],
      ['upToDate', 'committed 9d1e'],
      ['suspended', 'suspended'],
      ['running', '1.4.2 · 3/3'],
    ),
    resources,
  });
}

/** A new version is published, and lands by itself. */
export function updatePendingCluster(name: string): ClusterView {
  const deployment = {
    state: 'updatePending' as const,
    versionText: '1.4.2 → 1.4.3',
  };
  return withIds({
    name,
    connection: live(),
    status: {
      state: 'updatePending',
      summary: '1.4.2 → 1.4.3',
      message: '1.4.3 is published.',
    },
    running: image('1.4.2'),
    latest: image('1.4.3'),
    pending: { blocked: false, next: 'Flux commits it within a minute.' },
    chain: chain(
      ['upToDate', 'main@3f2c1ab'],
      ['upToDate', '1.4.3'],
      ['updatePending', 'commits next'],
      ['upToDate', 'main@71ac0de'],
      ['running', '1.4.2 · 3/3'],
    ),
    resources: objects(name, { tag: '1.4.2', deployment }),
  });
}

/** A new version is on its way to the pods. */
export function progressingCluster(name: string): ClusterView {
  return withIds({
    name,
    connection: live(),
    status: {
      state: 'progressing',
      summary: '2 of 3 pods are new',
      message: 'Deployment orders is rolling out: 2 of 3 pods are new.',
    },
    running: image('1.4.3'),
    latest: image('1.4.3'),
    chain: chain(
      ['upToDate', 'main@3f2c1ab'],
      ['upToDate', '1.4.3'],
      ['upToDate', 'committed 9d1e'],
      ['progressing', 'checks health'],
      ['progressing', '1.4.3 · 2/3'],
    ),
    resources: objects(name, {
      kustomization: {
        state: 'progressing',
        status: { summary: 'checks health' },
      },
      deployment: { state: 'progressing', status: { summary: '2/3 ready' } },
    }),
  });
}

/** Heard before, and not any more. */
export function staleCluster(name: string): ClusterView {
  return {
    ...healthyCluster(name),
    connection: {
      state: 'stale',
      since: minutesAgo(9),
      reason: 'the API server does not answer',
      nextTryAt: new Date(Date.now() + 20_000).toISOString(),
    },
    status: { state: 'stale', summary: '', message: '' },
  };
}

/** Never heard since the backend started. */
export function downCluster(name: string): ClusterView {
  return {
    name,
    connection: {
      state: 'down',
      since: minutesAgo(9),
      reason: 'the connection was refused',
    },
    status: { state: 'unknown', summary: '', message: '' },
    chain: [],
    resources: [],
  };
}
