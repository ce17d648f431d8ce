import {
  appliedBy,
  chain,
  deployment,
  git,
  IMAGE,
  imageObjects,
  kustomization,
  object,
  view,
} from './__fixtures__/scene';

const flagger = (phase: string, status: object = {}) =>
  object('flagger.app/v1beta1', 'Canary', 'orders/orders', {
    labels: appliedBy('orders'),
    spec: {
      targetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'orders' },
    },
    status: { phase, ...status },
  });

const replicaSet = (
  name: string,
  image: string,
  ready: number,
  desired = ready,
) =>
  object('apps/v1', 'ReplicaSet', `orders/${name}`, {
    owner: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'orders' },
    spec: {
      replicas: desired,
      template: { spec: { containers: [{ name: 'app', image }] } },
    },
    status: { replicas: desired, readyReplicas: ready },
  });

const base = [
  git('orders/orders'),
  kustomization('orders/orders'),
  ...imageObjects('1.4.3'),
];

const labelled = { labels: appliedBy('orders') };

describe('what runs', () => {
  it('is the image that the policy selects, whatever container it is in', () => {
    const scene = view([
      ...base,
      deployment('orders/orders', 'x', {
        ...labelled,
        spec: {
          template: {
            spec: {
              containers: [
                { name: 'proxy', image: 'envoy:1' },
                { name: 'app', image: `${IMAGE}:1.4.3` },
              ],
            },
          },
        },
      }),
    ]);
    expect(scene.running).toMatchObject({ image: IMAGE, tag: '1.4.3' });
    expect(scene.status.state).toBe('upToDate');
  });

  it('is the old image until more of the new pods are ready', () => {
    const rolling = (oldReady: number, newReady: number) =>
      view([
        ...base,
        deployment('orders/orders', `${IMAGE}:1.4.3`, {
          ...labelled,
          status: { updatedReplicas: newReady, replicas: 4 },
        }),
        replicaSet('old', `${IMAGE}:1.4.2`, oldReady),
        replicaSet('new', `${IMAGE}:1.4.3`, newReady, 3),
      ]);
    expect(rolling(3, 1)).toMatchObject({
      running: { tag: '1.4.2' },
      status: { state: 'progressing' },
      pending: { blocked: false, next: 'Deployment orders is rolling out' },
    });
    const late = rolling(1, 2);
    expect(late.running?.tag).toBe('1.4.3');
    expect(late.pending).toBeUndefined();
  });

  it.each([
    ['the new spec has not been looked at yet', { observedGeneration: 0 }],
    ['pods of both versions are there', { replicas: 4, updatedReplicas: 1 }],
  ])('is not guessed without ReplicaSets while %s', (_, status) => {
    const scene = view([
      ...base,
      deployment('orders/orders', `${IMAGE}:1.4.3`, { ...labelled, status }),
    ]);
    expect(scene.running).toBeUndefined();
    expect(scene.pending?.next).toBe('Deployment orders is rolling out');
  });

  it('is nothing while no pod is ready, and nothing when scaled to zero', () => {
    const starting = view([
      ...base,
      deployment('orders/orders', `${IMAGE}:1.4.3`, {
        ...labelled,
        status: { readyReplicas: 0 },
      }),
    ]);
    expect(starting.running).toBeUndefined();
    const zero = view([
      ...base,
      deployment('orders/orders', `${IMAGE}:1.4.3`, {
        ...labelled,
        spec: { replicas: 0 },
        status: { replicas: 0, readyReplicas: 0, updatedReplicas: 0 },
      }),
    ]);
    expect(zero.running).toBeUndefined();
    expect(
      zero.resources.find(r => r.ref.kind === 'Deployment')!.status,
    ).toMatchObject({ state: 'upToDate', summary: 'scaled to zero' });
  });

  it('is the first container of the first workload without image objects', () => {
    const scene = view([
      git('orders/orders'),
      kustomization('orders/orders'),
      deployment('orders/orders', 'nginx:1.27', labelled),
    ]);
    expect(scene.running?.label).toBe('1.27');
    expect(scene.latest).toBeUndefined();
    expect(scene.chain.map(s => s.label)).toEqual([
      'Source',
      'Kustomization',
      'Deployment',
    ]);
  });
});

describe('a canary', () => {
  const deployments = (primary: string, target: string) => [
    deployment('orders/orders', `${IMAGE}:${target}`, labelled),
    deployment('orders/orders-primary', `${IMAGE}:${primary}`, {
      owner: {
        apiVersion: 'flagger.app/v1beta1',
        kind: 'Canary',
        name: 'orders',
      },
    }),
  ];

  it('runs what its primary runs while the new version is checked', () => {
    const scene = view([
      ...base,
      ...deployments('1.4.2', '1.4.3'),
      flagger('Progressing', { canaryWeight: 30, failedChecks: 1 }),
    ]);
    expect(scene.running?.tag).toBe('1.4.2');
    expect(scene.status).toMatchObject({
      state: 'progressing',
      summary: '30 % of requests, 1 failed check',
    });
    expect(scene.pending).toEqual({
      blocked: false,
      next: 'Canary orders checks it before it takes over',
    });
    expect(chain(scene).at(-2)).toBe('Deployment running: 1.4.2 · 3/3');
    expect(chain(scene).at(-1)).toBe(
      'Canary progressing: 30 % of requests, 1 failed check',
    );
  });

  it('that failed says so, and blocks', () => {
    const scene = view([
      ...base,
      ...deployments('1.4.2', '1.4.3'),
      flagger('Failed'),
    ]);
    expect(scene.cause?.title).toBe(
      'Canary orders can’t promote: the new version failed its checks and was rolled back',
    );
    expect(scene.pending).toEqual({
      blocked: true,
      next: 'Repair Canary orders first',
    });
  });

  it('whose target is scaled to zero between checks shows what serves', () => {
    const [target, primary] = deployments('1.4.2', '1.4.2') as any[];
    target.spec.replicas = 0;
    target.status = { observedGeneration: 1 };
    const scene = view([...base, target, primary, flagger('Succeeded')]);
    expect(scene.running?.tag).toBe('1.4.2');
    expect(chain(scene).slice(-2)).toEqual([
      'Deployment running: 1.4.2 · 3/3',
      'Canary waiting: for a new version',
    ]);
    const row = (name: string) =>
      scene.resources.find(
        r => r.ref.kind === 'Deployment' && r.ref.name === name,
      )!.status;
    expect(row('orders-primary').state).toBe('updatePending');
    expect(row('orders')).toMatchObject({
      state: 'upToDate',
      summary: 'scaled to zero',
    });
  });

  it('that succeeded is quiet', () => {
    const scene = view([
      ...base,
      ...deployments('1.4.3', '1.4.3'),
      flagger('Succeeded'),
    ]);
    expect(scene.status.state).toBe('upToDate');
    expect(chain(scene).at(-1)).toBe('Canary upToDate: promoted');
  });
});
