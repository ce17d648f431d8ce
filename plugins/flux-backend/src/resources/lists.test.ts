import { FluxResourceList } from '@backstage-flux/plugin-flux-common';
import { KubernetesObject } from '@backstage-flux/sandbox/kubernetes';
import { recordAudits } from '../__testUtils__/audits';
import { startCluster, TestCluster } from '../__testUtils__/cluster';
import { denied } from '../__testUtils__/denied';
import { startFluxBackend } from '../__testUtils__/fluxBackend';
import { payments } from '../__testUtils__/recordings';
import { until } from '../__testUtils__/until';

/** The recorded Kustomization under other names, failing or not. */
function kustomization(
  namespace: string,
  name: string,
  failed?: { message: string; since: string },
): KubernetesObject {
  const object: any = structuredClone(
    payments().find(o => o.metadata.name === 'payments-images'),
  );
  object.metadata.namespace = namespace;
  object.metadata.name = name;
  if (failed) {
    const ready = object.status.conditions.find((c: any) => c.type === 'Ready');
    Object.assign(ready, {
      status: 'False',
      reason: 'BuildFailed',
      message: failed.message,
      lastTransitionTime: failed.since,
    });
    delete object.status.history;
  }
  return object;
}

const names = ({ items }: FluxResourceList) =>
  items.map(({ ref }) => `${ref.cluster} ${ref.namespace}/${ref.name}`);

describe('GET /resources', () => {
  let eu: TestCluster;
  let us: TestCluster;

  beforeEach(async () => {
    eu = await startCluster(payments());
    us = await startCluster([
      kustomization('shop', 'web'),
      kustomization('shop', 'api', {
        message: 'kustomize build failed: Broken manifest',
        since: '2026-11-22T10:00:00Z',
      }),
      kustomization('blog', 'web', {
        message: 'kustomize build failed: no such file',
        since: '2026-11-22T12:00:00Z',
      }),
    ]);
  });

  afterEach(() => Promise.all([eu.close(), us.close()]));

  const start = (
    options: Partial<Parameters<typeof startFluxBackend>[0]> = {},
  ) =>
    startFluxBackend({
      clusters: { 'prod-eu': eu.url, 'prod-us': us.url },
      ...options,
    });

  async function listing(
    options: Partial<Parameters<typeof startFluxBackend>[0]> = {},
  ) {
    const backend = await start(options);
    return async (query = ''): Promise<FluxResourceList> =>
      (await backend.get(`/resources${query}`).expect(200)).body;
  }

  it('lists Flux’s objects of all clusters, what needs attention first', async () => {
    const list = await listing();
    const body = await list();
    expect(names(body).slice(0, 3)).toEqual([
      'prod-us shop/api',
      'prod-us blog/web',
      'prod-eu payments/payments',
    ]);
    expect(body.items[0]).toMatchObject({
      id: 'prod-us/kustomize.toolkit.fluxcd.io/Kustomization/shop/api',
      status: { state: 'failing', since: '2026-11-22T10:00:00Z' },
      suspended: false,
    });
    expect(body.items[0].status).not.toHaveProperty('rawMessage');
    expect(body.totalItems).toBe(body.items.length);
    expect(body.pageInfo).toEqual({});
    expect(body.notLive).toEqual([]);
    const kinds = new Set(body.items.map(({ ref }) => ref.kind));
    expect([...kinds].sort()).toEqual([
      'GitRepository',
      'ImagePolicy',
      'ImageRepository',
      'ImageUpdateAutomation',
      'Kustomization',
    ]);
  });

  it('shows versions with links to their commits', async () => {
    const list = await listing();
    const { items } = await list('?kind=GitRepository');
    const { url } = eu.find('GitRepository', 'payments').spec as any;
    expect(items).toMatchObject([
      { version: { label: expect.stringMatching(/^main@1b2537b$/) } },
    ]);
    expect(items[0].version!.url).toContain(new URL(url).hostname);
  });

  it.each([
    ['?cluster=prod-us', 3],
    ['?cluster=prod-us&cluster=prod-eu&kind=Kustomization', 5],
    ['?namespace=shop&namespace=blog', 3],
    ['?namespace=shop&state=failing', 1],
    ['?state=failing&state=stalled', 2],
    ['?kind=Deployment', 1],
    ['?kind=Deployment&kind=Kustomization&cluster=prod-eu', 3],
    ['?search=WEB', 2],
    ['?search=web%20shop', 1],
    ['?search=broken%20MANIFEST', 1],
    ['?search=gitrepository', 1],
    ['?search=nothing', 0],
    ['?cluster=nowhere', 0],
  ])('%s leaves %d', async (query, count) => {
    const list = await listing();
    expect((await list(query)).totalItems).toBe(count);
  });

  it('counts what each filter would let through', async () => {
    const list = await listing();
    const { facets } = await list('?kind=Kustomization&state=failing');
    expect(facets).toEqual({
      state: [
        { value: 'failing', count: 2 },
        { value: 'upToDate', count: 3 },
      ],
      kind: [{ value: 'Kustomization', count: 2 }],
      cluster: [{ value: 'prod-us', count: 2 }],
    });
    const one = await list('?cluster=prod-eu&kind=Kustomization');
    expect(one.facets.cluster).toEqual([
      { value: 'prod-us', count: 3 },
      { value: 'prod-eu', count: 2 },
    ]);
    expect(one.facets.kind).toContainEqual({ value: 'ImagePolicy', count: 1 });
  });

  it.each([
    ['sort=name', ['shop/api', 'blog/web', 'shop/web']],
    ['sort=name&order=desc', ['shop/web', 'blog/web', 'shop/api']],
    ['sort=namespace', ['blog/web', 'shop/api', 'shop/web']],
    ['sort=state&order=desc', ['shop/web', 'blog/web', 'shop/api']],
    ['sort=since&state=failing', ['blog/web', 'shop/api']],
    ['sort=since&state=failing&order=asc', ['shop/api', 'blog/web']],
  ])('sorts by %s', async (query, expected) => {
    const list = await listing();
    const body = await list(`?cluster=prod-us&${query}`);
    expect(body.items.map(i => `${i.ref.namespace}/${i.ref.name}`)).toEqual(
      expected,
    );
  });

  it('pages without leaving out or repeating what stays, whatever comes and goes', async () => {
    us.load(
      Array.from({ length: 25 }, (_, i) =>
        kustomization('many', `app-${String(i).padStart(2, '0')}`),
      ),
    );
    const list = await listing();
    const query = '?namespace=many&sort=name&limit=10';
    const first = await list(query);
    expect(first.totalItems).toBe(25);
    const { nextCursor } = first.pageInfo;

    // The last of the first page goes, one comes before it and one after
    us.remove({
      apiVersion: 'kustomize.toolkit.fluxcd.io/v1',
      kind: 'Kustomization',
      namespace: 'many',
      name: 'app-09',
    });
    us.load([
      kustomization('many', 'app-00-new'),
      kustomization('many', 'app-10-new'),
    ]);
    await until(async () => {
      const now = await list(`${query}&search=new`);
      expect(now.totalItems).toBe(2);
    });
    const second = await until(async () => {
      const page = await list(`${query}&cursor=${nextCursor}`);
      expect(page.totalItems).toBe(26);
      return page;
    });
    const third = await list(`${query}&cursor=${second.pageInfo.nextCursor}`);
    const seen = [first, second, third].flatMap(({ items }) =>
      items.map(({ ref }) => ref.name),
    );
    expect(seen).toEqual(
      [
        ...Array.from(
          { length: 25 },
          (_, i) => `app-${String(i).padStart(2, '0')}`,
        ),
        'app-10-new',
      ].sort(),
    );
    expect(third.pageInfo).toEqual({});
  });

  it.each(['nonsense', 'W10'])('refuses the cursor %s', async cursor => {
    const backend = await start();
    const { body } = await backend
      .get(`/resources?cursor=${cursor}`)
      .expect(400);
    expect(body.error).toMatchObject({
      name: 'InputError',
      message:
        "Invalid query: 'cursor' expected pageInfo.nextCursor of a list with the same sort and order; begin again without it",
    });
  });

  it('refuses the cursor of a list in another order', async () => {
    const backend = await start();
    const { body } = await backend.get('/resources?limit=1').expect(200);
    const { nextCursor } = body.pageInfo;
    await backend.get(`/resources?sort=name&cursor=${nextCursor}`).expect(400);
    await backend.get(`/resources?cursor=${nextCursor}`).expect(200);
  });

  it('tells of clusters that can’t be heard, and shows what was last known of them', async () => {
    const list = await listing({
      flux: { clusters: { checkInterval: '100ms' } },
    });
    await list();
    await us.close();
    const body = await until(async () => {
      const now = await list('?kind=Kustomization');
      expect(now.notLive).toHaveLength(1);
      return now;
    });
    expect(body.notLive[0]).toMatchObject({
      name: 'prod-us',
      connection: { state: 'stale', reason: expect.stringMatching(/./) },
    });
    expect(body.facets.cluster).toContainEqual({ value: 'prod-us', count: 3 });
    expect((await list('?cluster=prod-eu')).notLive).toEqual([]);
  });

  it('follows changes', async () => {
    const list = await listing();
    expect((await list('?state=suspended')).totalItems).toBe(0);
    us.change('Kustomization', 'api', object => {
      object.spec.suspend = true;
    });
    const { items } = await until(async () => {
      const now = await list('?state=suspended');
      expect(now.totalItems).toBe(1);
      return now;
    });
    expect(items[0]).toMatchObject({ ref: { name: 'api' }, suspended: true });
  });

  it('asks no cluster for those who look', async () => {
    const list = await listing();
    await list();
    const before = [...eu.requests, ...us.requests];
    await Promise.all(
      ['', '?limit=1', '?sort=name', '?search=web'].map(query => list(query)),
    );
    expect([...eu.requests, ...us.requests]).toEqual(before);
  });

  it('answers 304 to whoever has the list already', async () => {
    const backend = await start();
    const { headers } = await backend.get('/resources?sort=name').expect(200);
    await backend
      .get('/resources?sort=name')
      .set('If-None-Match', headers.etag)
      .expect(304);
  });

  it('is for those with flux.cluster.read only', async () => {
    const backend = await start({ services: [denied('flux.cluster.read')] });
    const { body } = await backend.get('/resources').expect(403);
    expect(body.error.message).toBe(
      'You need the permission flux.cluster.read to see the objects of all clusters',
    );
    expect(JSON.stringify(body)).not.toContain('prod-us');
  });

  it('is audited', async () => {
    const audits = recordAudits();
    const backend = await start({ services: [audits.factory] });
    await backend.get('/resources?search=web').expect(200);
    expect(audits.events).toEqual([
      {
        eventId: 'resources-read',
        meta: { search: 'web', sort: 'state', limit: 50 },
        ended: 'success',
      },
    ]);
  });
});
