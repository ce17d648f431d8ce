import { git, kustomization, LIVE, NOW, ready } from './__fixtures__/scene';
import { buildEntityView, unknownClusters } from './entityView';
import { project } from './projection/project';
import { parseEntitySelection } from './selection';

const selection = parseEntitySelection({
  'fluxcd.io/resources': 'kustomization:orders/orders',
})!;

const bad = ready(
  'False',
  'ReconciliationFailed',
  'Deployment/a/b dry-run failed: x',
);

const cluster = (name: string, objects: object[], connection: any = LIVE) => ({
  cluster: name,
  connection,
  projections: objects.map(o => project(name, o)),
});

const well = [git('orders/orders'), kustomization('orders/orders')];
const failing = [
  git('orders/orders'),
  kustomization('orders/orders', { status: bad }),
];

const build = (clusters: any[], s: any = selection) =>
  buildEntityView({
    entityRef: 'component:default/orders',
    selection: s,
    clusters,
    now: NOW,
  });

const down = {
  state: 'down',
  since: '2026-11-22T17:51:00Z',
  reason: 'connection refused',
  nextTryAt: NOW,
};

describe('buildEntityView', () => {
  it('shows first what needs attention, and gives the entity the worst state', () => {
    const view = build([
      cluster('a-well', well),
      cluster('lost', well, down),
      cluster('z-failing', failing),
      cluster('nothing', [git('other/other')]),
    ]);
    expect(view.clusters.map(c => [c.name, c.status.state])).toEqual([
      ['z-failing', 'failing'],
      ['lost', 'stale'],
      ['a-well', 'upToDate'],
    ]);
    expect(view.status.state).toBe('failing');
    expect(view.status.message).toMatch(/^Kustomization orders can’t apply/);
    expect(view.empty).toBeUndefined();
  });

  it('keeps what was last seen of a lost cluster, and says what it was then', () => {
    const [lost] = build([cluster('prod-us', well, down)]).clusters;
    expect(lost.status).toEqual({
      state: 'stale',
      summary: 'connection lost',
      message:
        'prod-us cannot be reached: connection refused. It was up to date then.',
      since: down.since,
    });
    expect(lost.resources).toHaveLength(2);
    expect(lost.cause).toBeUndefined();
  });

  it('names a cluster that was never heard', () => {
    const view = build([cluster('prod-us', [], down)]);
    expect(view.clusters[0].status).toMatchObject({
      state: 'stale',
      message: 'prod-us cannot be reached: connection refused.',
    });
    expect(
      build([cluster('new', [], { state: 'syncing', since: NOW })]).clusters[0]
        .status.state,
    ).toBe('unknown');
  });

  it('tells objects that may not be read from objects that do not exist', () => {
    const missing = (reason: string, message?: string) => ({
      ...LIVE,
      missing: [{ kind: 'Kustomization', reason, message }],
    });
    const [hidden] = build([
      cluster(
        'prod-eu',
        [],
        missing('forbidden', 'forbidden for the Backstage account'),
      ),
    ]).clusters;
    expect(hidden.status).toMatchObject({
      state: 'unknown',
      message:
        'Objects of kind Kustomization in prod-eu cannot be read: forbidden for the Backstage account.',
    });
    expect(
      build([cluster('prod-eu', [], missing('notInstalled'))]).clusters,
    ).toEqual([]);
  });

  it.each([
    [undefined, false, 'It has no annotation that names Flux objects.'],
    [
      selection,
      true,
      'What its annotations name is on no cluster that can be read.',
    ],
  ])(
    'says what to annotate when nothing belongs to the entity',
    (s, annotated, message) => {
      const view = buildEntityView({
        entityRef: 'component:default/orders',
        selection: s,
        clusters: [cluster('prod-eu', [])],
        now: NOW,
      });
      expect(view).toEqual({
        entityRef: 'component:default/orders',
        status: {
          state: 'unknown',
          summary: 'nothing is deployed yet',
          message,
        },
        clusters: [],
        empty: {
          annotated,
          example:
            'metadata:\n  annotations:\n    fluxcd.io/resources: kustomization:orders/orders',
        },
      });
    },
  );

  it('looks only at the clusters that the entity names', () => {
    const limited = { ...selection, clusters: ['staging', 'gone'] };
    const view = build(
      [cluster('prod-eu', failing), cluster('staging', well)],
      limited,
    );
    expect(view.clusters.map(c => c.name)).toEqual(['staging']);
    expect(unknownClusters(limited, ['prod-eu', 'staging'])).toEqual([
      {
        cluster: 'gone',
        message: expect.stringContaining('names the cluster gone'),
      },
    ]);
  });

  describe('an annotation that names two objects', () => {
    const both = parseEntitySelection({
      'fluxcd.io/resources':
        'kustomization:orders/orders, kustomization:orders/ordres-images',
    })!;
    const notFound = {
      ref: {
        group: 'kustomize.toolkit.fluxcd.io',
        kind: 'Kustomization',
        namespace: 'orders',
        name: 'ordres-images',
      },
      message:
        'The annotation fluxcd.io/resources names Kustomization orders/ordres-images, which does not exist in any cluster.',
    };
    const images = kustomization('orders/ordres-images');

    it('is told of the one that no cluster has', () => {
      const clusters = [cluster('prod-eu', well), cluster('staging', well)];
      expect(build(clusters, both).notFound).toEqual([notFound]);
      expect(build([clusters[0]], both).notFound![0].message).toMatch(
        /which does not exist in prod-eu\.$/,
      );
    });

    it('is right where some cluster has each of them', () => {
      const clusters = [
        cluster('prod-eu', well),
        cluster('staging', [...well, images]),
      ];
      expect(build(clusters, both).notFound).toBeUndefined();
    });

    it('is not doubted while a cluster that may have it cannot be read', () => {
      const hidden = {
        ...LIVE,
        missing: [{ kind: 'Kustomization', reason: 'forbidden' }],
      };
      const eu = cluster('prod-eu', well);
      expect(
        build([eu, cluster('prod-us', [], down)], both).notFound,
      ).toBeUndefined();
      expect(
        build([eu, cluster('prod-us', [], hidden)], both).notFound,
      ).toBeUndefined();
    });

    it('is told by the example alone where nothing exists', () => {
      const view = build([cluster('prod-eu', [])], both);
      expect(view.empty?.annotated).toBe(true);
      expect(view.notFound).toBeUndefined();
    });

    it('is not asked of a cluster that the entity leaves out', () => {
      const clusters = [
        cluster('prod-eu', well),
        cluster('staging', [...well, images]),
      ];
      expect(
        build(clusters, { ...both, clusters: ['prod-eu'] }).notFound,
      ).toHaveLength(1);
    });
  });

  it('is the same for the same objects, whatever their order', () => {
    const labelled = {
      labels: { 'backstage.io/kubernetes-id': 'orders' },
      status: bad,
    };
    const byLabel = parseEntitySelection({
      'backstage.io/kubernetes-id': 'orders',
    })!;
    const objects = ['orders/a', 'orders/b', 'orders/c'].map(id =>
      kustomization(id, labelled),
    );
    const seen = build([cluster('a', objects)], byLabel);
    expect(seen.clusters[0].cause?.ref.name).toBe('a');
    expect(build([cluster('a', objects.reverse())], byLabel)).toEqual(seen);
  });
});
