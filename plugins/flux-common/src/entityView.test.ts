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
    const missing = (reason: string) => ({
      ...LIVE,
      missing: [{ kind: 'Kustomization', reason }],
    });
    const [hidden] = build([
      cluster('prod-eu', [], missing('forbidden for the Backstage account')),
    ]).clusters;
    expect(hidden.status).toMatchObject({
      state: 'unknown',
      message:
        'Objects of kind Kustomization in prod-eu cannot be read: forbidden for the Backstage account.',
    });
    expect(
      build([cluster('prod-eu', [], missing('not installed'))]).clusters,
    ).toEqual([]);
  });

  it.each([
    [undefined, false],
    [selection, true],
  ])(
    'says what to annotate when nothing belongs to the entity',
    (s, annotated) => {
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
          message: 'No Flux object names this entity.',
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

  it('is the same for the same input', () => {
    const once = JSON.stringify(build([cluster('a', failing)]));
    expect(JSON.stringify(build([cluster('a', [...failing].reverse())]))).toBe(
      once,
    );
  });
});
