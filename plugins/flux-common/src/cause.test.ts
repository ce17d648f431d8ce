import {
  appliedBy,
  deployment,
  git,
  IMAGE,
  kustomization,
  names,
  object,
  ready,
  view,
} from './__fixtures__/scene';

const notReady = (name: string) =>
  ready(
    'False',
    'DependencyNotReady',
    `dependency 'infra/${name}' is not ready`,
  );

const needs = (...others: string[]) => ({
  dependsOn: others.map(name => ({ name, namespace: 'infra' })),
});

const gone = ready(
  'False',
  'GitOperationFailed',
  `failed to checkout and determine revision: unable to clone 'ssh://git@127.0.0.1:4012/acme/platform.git': repository not found: `,
);

/** A Deployment, and a pod that waits because its image cannot be pulled. */
function unpullable(options: { deployed: string; pulled: string }) {
  const owner = (kind: string, name: string) => ({
    apiVersion: 'apps/v1',
    kind,
    name,
  });
  return view([
    git('orders/orders'),
    kustomization('orders/orders', {
      status: {
        inventory: { entries: [{ id: 'orders_orders_apps_Deployment' }] },
        ...ready(
          'False',
          'HealthCheckFailed',
          "health check failed after 30.01s: timeout waiting for: [Deployment/orders/orders status: 'InProgress']",
        ),
      },
    }),
    deployment('orders/orders', `${IMAGE}:${options.deployed}`, {
      labels: appliedBy('orders'),
      status: { readyReplicas: 0, availableReplicas: 0 },
    }),
    object('apps/v1', 'ReplicaSet', 'orders/orders-1', {
      owner: owner('Deployment', 'orders'),
      spec: { replicas: 3 },
      status: { replicas: 3 },
    }),
    object('v1', 'Pod', 'orders/orders-1-a', {
      owner: owner('ReplicaSet', 'orders-1'),
      spec: {
        containers: [{ name: 'app', image: `${IMAGE}:${options.pulled}` }],
      },
      status: {
        phase: 'Pending',
        containerStatuses: [
          {
            name: 'app',
            ready: false,
            state: {
              waiting: { reason: 'ImagePullBackOff', message: 'Back-off' },
            },
          },
        ],
      },
    }),
  ]);
}

describe('findCause', () => {
  it('finds a cause two levels up, behind what only waits for it', () => {
    const scene = view([
      git('orders/orders'),
      kustomization('orders/orders', {
        spec: needs('database'),
        status: notReady('database'),
      }),
      kustomization('infra/database', {
        spec: needs('platform'),
        status: notReady('platform'),
      }),
      kustomization('infra/platform', {
        spec: { path: './platfrom' },
        status: ready(
          'False',
          'ArtifactFailed',
          'kustomization path not found: stat /tmp/kustomization-16/platfrom: no such file or directory',
        ),
      }),
      git('infra/platform'),
    ]);
    expect(scene.cause).toMatchObject({
      ref: { kind: 'Kustomization', namespace: 'infra', name: 'platform' },
      title:
        'Kustomization platform can’t apply: the path ./platfrom does not exist in the source',
      detail:
        'Kustomization orders needs Kustomization database, which needs Kustomization platform.',
      remedy:
        'Create the folder in Git, or correct spec.path of Kustomization platform.',
      affects: [
        'prod-eu/kustomize.toolkit.fluxcd.io/Kustomization/infra/database',
        'prod-eu/kustomize.toolkit.fluxcd.io/Kustomization/orders/orders',
      ],
    });
    expect(scene.status.state).toBe('failing');
    expect(
      scene.resources.find(
        r => r.ref.name === 'orders' && r.ref.kind === 'Kustomization',
      )!.status,
    ).toMatchObject({
      state: 'waiting',
      summary: 'for Kustomization database',
    });
  });

  it('says the way from the entity to the cause', () => {
    const scene = view([
      kustomization('orders/orders', {
        spec: { sourceRef: { kind: 'GitRepository', name: 'platform' } },
        status: ready(
          'False',
          'ArtifactFailed',
          'Source artifact not found, retrying in 2s',
        ),
      }),
      git('orders/platform', { status: { ...gone } }),
    ]);
    expect(scene.cause).toMatchObject({
      title:
        'GitRepository platform can’t fetch: the repository does not exist',
      affects: [
        'prod-eu/kustomize.toolkit.fluxcd.io/Kustomization/orders/orders',
      ],
    });
  });

  it('names a source that cannot fetch although what it gave still runs', () => {
    const scene = view([
      kustomization('orders/orders'),
      git('orders/orders', {
        status: {
          artifact: { revision: 'main@sha1:3f2c1ab' },
          observedGeneration: 1,
          conditions: [
            ...gone.conditions,
            { ...gone.conditions[0], type: 'FetchFailed', status: 'True' },
            { type: 'ArtifactInStorage', status: 'True' },
          ],
        },
      }),
    ]);
    expect(scene.cause?.ref.kind).toBe('GitRepository');
    expect(
      scene.resources.find(r => r.ref.kind === 'Kustomization')!.status.state,
    ).toBe('upToDate');
  });

  it('prefers the workload that cannot start over the health check that saw it', () => {
    const scene = unpullable({ deployed: '1.4.3', pulled: '1.4.3' });
    expect(scene.cause).toMatchObject({
      ref: { kind: 'Deployment', name: 'orders' },
      title: `Deployment orders can’t start: the image ${IMAGE}:1.4.3 cannot be pulled`,
      detail: 'Kustomization orders needs Deployment orders.',
    });
    expect(scene.running).toBeUndefined();
  });

  it('does not blame a pod of the version before for the one that rolls out', () => {
    const scene = unpullable({ deployed: '1.4.4', pulled: '1.4.3' });
    const workload = scene.resources.find(r => r.ref.kind === 'Deployment')!;
    expect(workload.status).toMatchObject({
      state: 'progressing',
      summary: '0/3 ready',
    });
  });

  it('names the parent that kept an object away', () => {
    const scene = view([
      kustomization('orders/orders', {
        labels: appliedBy('apps', 'flux-system'),
        status: ready(
          'False',
          'ArtifactFailed',
          'GitRepository.source.toolkit.fluxcd.io "orders" not found',
        ),
      }),
      kustomization('flux-system/apps', {
        status: ready(
          'False',
          'ReconciliationFailed',
          'Deployment/other/other dry-run failed: failed to create typed patch object (other/other; apps/v1, Kind=Deployment): .spec.replicas: expected numeric (int or float), got string\n',
        ),
      }),
      deployment('other/other', 'other:1', {
        labels: appliedBy('apps', 'flux-system'),
      }),
    ]);
    expect(scene.cause).toMatchObject({
      ref: { namespace: 'flux-system', name: 'apps' },
      title:
        'Kustomization apps can’t apply: Deployment/other: spec.replicas must be a number',
    });
    expect(names(scene)).toEqual(['Kustomization orders']);
  });

  it('does not hang on dependencies in a circle', () => {
    const scene = view([
      git('infra/a'),
      kustomization('orders/orders', {
        spec: needs('a'),
        status: notReady('a'),
      }),
      kustomization('infra/a', { spec: needs('b'), status: notReady('b') }),
      kustomization('infra/b', { spec: needs('a'), status: notReady('a') }),
    ]);
    expect(scene.status.state).toBe('waiting');
    expect(scene.cause?.state).toBe('waiting');
  });

  it('is silent where all is well', () => {
    const scene = view([git('orders/orders'), kustomization('orders/orders')]);
    expect(scene.cause).toBeUndefined();
    expect(scene.status.state).toBe('upToDate');
  });
});
