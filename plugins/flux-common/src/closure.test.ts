import {
  appliedBy,
  deployment,
  git,
  IMAGE,
  imageObjects,
  kustomization,
  names,
  object,
  OK,
  SHA,
  view,
} from './__fixtures__/scene';

const helmOwned = {
  'helm.toolkit.fluxcd.io/name': 'redis',
  'helm.toolkit.fluxcd.io/namespace': 'orders',
};

const redis = [
  object('source.toolkit.fluxcd.io/v1', 'HelmRepository', 'infra/charts', {
    spec: { type: 'oci', url: 'oci://ghcr.io/acme/charts' },
  }),
  object('source.toolkit.fluxcd.io/v1', 'HelmChart', 'infra/orders-redis', {
    spec: {
      chart: 'redis',
      sourceRef: { kind: 'HelmRepository', name: 'charts' },
    },
    status: { artifact: { revision: '19.6.4' }, ...OK },
  }),
  object('helm.toolkit.fluxcd.io/v2', 'HelmRelease', 'orders/redis', {
    spec: {
      chart: {
        spec: {
          chart: 'redis',
          sourceRef: {
            kind: 'HelmRepository',
            name: 'charts',
            namespace: 'infra',
          },
        },
      },
    },
    status: {
      helmChart: 'infra/orders-redis',
      history: [
        { chartName: 'redis', chartVersion: '19.6.4', status: 'deployed' },
      ],
      ...OK,
    },
  }),
  object('apps/v1', 'StatefulSet', 'orders/redis-master', {
    labels: helmOwned,
    spec: {
      replicas: 1,
      template: { spec: { containers: [{ name: 'r', image: 'redis:7.2.5' }] } },
    },
    status: {
      observedGeneration: 1,
      replicas: 1,
      readyReplicas: 1,
      updatedReplicas: 1,
    },
  }),
];

describe('entityClosure', () => {
  it('follows a release to its chart, repository and workloads', () => {
    const scene = view(redis, {
      'fluxcd.io/resources': 'helmrelease:orders/redis',
    });
    expect(names(scene)).toEqual([
      'HelmRepository charts',
      'HelmRelease redis',
      'HelmChart orders-redis',
      'StatefulSet redis-master',
    ]);
    const release = scene.resources[1];
    expect(release.version?.label).toBe('redis 19.6.4');
    expect(scene.resources.slice(2).map(r => r.parentId)).toEqual([
      release.id,
      release.id,
    ]);
    expect(scene.status.state).toBe('upToDate');
    expect(scene.chain.map(s => s.label)).toEqual([
      'Source',
      'HelmRelease',
      'StatefulSet',
    ]);
  });

  it('takes a dependency, but not what else the dependency or a parent applied', () => {
    const scene = view([
      git('orders/orders'),
      git('infra/base'),
      kustomization('orders/orders', {
        labels: appliedBy('apps', 'flux-system'),
        spec: { dependsOn: [{ name: 'base', namespace: 'infra' }] },
      }),
      kustomization('infra/base'),
      deployment('infra/ingress', 'ingress:1', {
        labels: appliedBy('base', 'infra'),
      }),
      kustomization('flux-system/apps'),
      kustomization('other/other', {
        labels: appliedBy('apps', 'flux-system'),
      }),
    ]);
    expect(names(scene)).toEqual([
      'GitRepository base',
      'GitRepository orders',
      'Kustomization base',
      'Kustomization orders',
    ]);
  });

  it('takes children by inventory where they carry no label', () => {
    const scene = view([
      kustomization('orders/orders', {
        status: {
          inventory: {
            entries: [{ id: 'orders_web_apps_Deployment', v: 'v1' }],
          },
        },
      }),
      deployment('orders/web', 'web:1'),
      deployment('orders/stranger', 'web:1'),
    ]);
    expect(names(scene)).toEqual(['Kustomization orders', 'Deployment web']);
    expect(scene.resources[1].parentId).toBe(scene.resources[0].id);
  });

  it('finds an entity’s own image objects, not another tenant’s for the same image', () => {
    const v = 'image.toolkit.fluxcd.io/v1';
    const scene = view([
      git('orders/orders'),
      kustomization('orders/orders'),
      deployment('orders/orders', `${IMAGE}:1.4.2`, {
        labels: appliedBy('orders'),
      }),
      ...imageObjects('1.4.2'),
      object(v, 'ImageRepository', 'spy/orders', { spec: { image: IMAGE } }),
      object(v, 'ImagePolicy', 'spy/orders', {
        spec: { imageRepositoryRef: { name: 'orders' } },
        status: { latestRef: { name: IMAGE, tag: '9.9.9' } },
      }),
      object(v, 'ImagePolicy', 'orders/experiment', {
        spec: { imageRepositoryRef: { name: 'orders' } },
        status: {},
      }),
    ]);
    expect(names(scene).filter(n => n.startsWith('Image'))).toEqual([
      'ImageRepository orders',
      'ImagePolicy orders',
      'ImageUpdateAutomation orders',
    ]);
    expect(scene.latest?.label).toBe('1.4.2');
    expect(scene.pending).toBeUndefined();
  });

  it('leads from labelled workloads to what applied them', () => {
    const scene = view(
      [
        git('orders/orders'),
        kustomization('orders/orders'),
        deployment('orders/orders', 'orders:1', {
          labels: {
            ...appliedBy('orders'),
            'backstage.io/kubernetes-id': 'orders',
          },
        }),
        deployment('orders/other', 'other:1', { labels: appliedBy('orders') }),
      ],
      { 'backstage.io/kubernetes-id': 'orders' },
    );
    expect(names(scene)).toEqual([
      'GitRepository orders',
      'Kustomization orders',
      'Deployment orders',
    ]);
    expect(scene.chain.map(s => s.label)).toEqual([
      'Source',
      'Kustomization',
      'Deployment',
    ]);
  });

  it('lets a Kustomization apply itself without hanging', () => {
    const scene = view(
      [
        git('flux-system/flux-system'),
        kustomization('flux-system/flux-system', {
          labels: appliedBy('flux-system', 'flux-system'),
        }),
      ],
      { 'fluxcd.io/resources': 'kustomization:flux-system/flux-system' },
    );
    expect(names(scene)).toEqual([
      'GitRepository flux-system',
      'Kustomization flux-system',
    ]);
    expect(scene.resources[1].parentId).toBeUndefined();
  });

  it('leaves no row out when two objects claim each other', () => {
    const scene = view([
      kustomization('orders/orders', { labels: appliedBy('b') }),
      kustomization('orders/b', { labels: appliedBy('orders') }),
    ]);
    expect(names(scene).sort()).toEqual([
      'Kustomization b',
      'Kustomization orders',
    ]);
    expect(scene.resources[0].parentId).toBeUndefined();
  });
});

describe('revisions in a closure', () => {
  it('link an OCI source to the commit that its artifact was made from', () => {
    const digest = `latest@sha256:${'a'.repeat(64)}`;
    const scene = view([
      object('source.toolkit.fluxcd.io/v1', 'OCIRepository', 'orders/orders', {
        spec: { url: 'oci://ghcr.io/acme/manifests' },
        status: {
          artifact: {
            revision: digest,
            metadata: {
              'org.opencontainers.image.source':
                'https://github.com/acme/orders.git',
              'org.opencontainers.image.revision': `main@sha1:${SHA}`,
            },
          },
          ...OK,
        },
      }),
      kustomization('orders/orders', {
        spec: { sourceRef: { kind: 'OCIRepository', name: 'orders' } },
        status: { lastAppliedRevision: digest },
      }),
    ]);
    expect(scene.resources.map(r => r.version)).toEqual(
      Array(2).fill({
        raw: digest,
        label: 'latest',
        commit: SHA,
        url: `https://github.com/acme/orders/commit/${SHA}`,
      }),
    );
  });
});
