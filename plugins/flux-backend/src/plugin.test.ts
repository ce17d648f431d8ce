import { mockServices } from '@backstage/backend-test-utils';
import { AuthorizeResult } from '@backstage/plugin-permission-common';
import { ResourceView } from '@backstage-flux/plugin-flux-common';
import { OLD_SERVER, startCluster, TestCluster } from './__testUtils__/cluster';
import { paymentsEntity, startFluxBackend } from './__testUtils__/fluxBackend';
import { payments } from './__testUtils__/recordings';
import { until } from './__testUtils__/until';
import { PAYMENTS, resource } from './__testUtils__/views';

describe('the Flux backend beside the Kubernetes plugin', () => {
  let api: TestCluster;

  beforeEach(async () => {
    api = await startCluster();
  });

  afterEach(() => api.close());

  const start = (
    options: Partial<Parameters<typeof startFluxBackend>[0]> = {},
  ) => startFluxBackend({ clusters: { 'prod-eu': api.url }, ...options });

  describe('reading an entity', () => {
    it('shows its closure, from source to pods', async () => {
      const backend = await start();
      const { body } = await backend.get(PAYMENTS).expect(200);
      expect(body).toMatchObject({
        entityRef: 'component:default/payments',
        status: { state: 'upToDate' },
        clusters: [
          {
            name: 'prod-eu',
            connection: { state: 'live' },
            running: { tag: 'main-4289d46-1795370674' },
          },
        ],
      });
      const kinds = body.clusters[0].resources.map(
        (r: ResourceView) => r.ref.kind,
      );
      expect(kinds.sort()).toEqual([
        'Deployment',
        'GitRepository',
        'ImagePolicy',
        'ImageRepository',
        'ImageUpdateAutomation',
        'Kustomization',
        'Kustomization',
        'Pod',
        'Pod',
        'Pod',
        'ReplicaSet',
      ]);
      const listed = api.requests.filter(r => !r.includes('watch=true'));
      expect(listed).toEqual(['GET /apis']);
    });

    it('shows the same of an old API server, read page by page', async () => {
      const old = await startCluster(payments(), { ...OLD_SERVER, maxPage: 2 });
      const [{ body: expected }, { body }] = await Promise.all(
        [api, old].map(async ({ url }) =>
          (await start({ clusters: { 'prod-eu': url } })).get(PAYMENTS),
        ),
      );
      const { since } = expected.clusters[0].connection;
      body.clusters[0].connection.since = since;
      expect(body).toEqual(expected);
      expect(old.requests).toEqual(
        expect.arrayContaining([
          'GET /apis/kustomize.toolkit.fluxcd.io/v1',
          expect.stringMatching(/\/namespaces\/payments\/pods\?.*&continue=/),
        ]),
      );
      await old.close();
    });

    it('begins a list anew that became too old to be continued', async () => {
      let expired = 0;
      const old: TestCluster = await startCluster(payments(), {
        ...OLD_SERVER,
        maxPage: 2,
        onRequest: ({ url }) => {
          if (/\/pods\?.*continue/.test(url) && expired++ === 0) {
            old.change('Pod', 'payments-56d5f6b9d5-vtxll', () => {});
            old.compact();
          }
        },
      });
      const backend = await start({ clusters: { 'prod-eu': old.url } });
      await until(async () => {
        const { body } = await backend.get(PAYMENTS).expect(200);
        expect(
          body.clusters[0].resources.filter(
            (r: ResourceView) => r.ref.kind === 'Pod',
          ),
        ).toHaveLength(3);
      });
      expect(expired).toBe(2);
      await old.close();
    });

    it('answers 304 to whoever has the view already', async () => {
      const backend = await start();
      const first = await backend.get(PAYMENTS);
      expect(first.headers.etag).toMatch(/^"[\w-]{43}"$/);
      const second = await backend
        .get(PAYMENTS)
        .set('If-None-Match', first.headers.etag);
      expect(second.status).toBe(304);
      expect(second.text).toBe('');
    });

    it('reads once for many viewers', async () => {
      const backend = await start();
      await Promise.all(
        Array.from({ length: 10 }, () => backend.get(PAYMENTS).expect(200)),
      );
      const reads = api.requests.filter(r => r.includes('/kustomizations?'));
      expect(reads).toHaveLength(1);
    });

    it('links commits of hosts whose web address is configured', async () => {
      const { host } = new URL(api.find('GitRepository', 'payments').spec.url);
      const backend = await start({
        flux: { gitHosts: [{ host, webUrl: 'https://git.example.com' }] },
      });
      const { body } = await backend.get(PAYMENTS);
      expect(resource(body, 'GitRepository', 'payments').version?.url).toMatch(
        /^https:\/\/git\.example\.com\/payments\/commit\/1b2537b/,
      );
    });

    it('says what to annotate when nothing selects objects', async () => {
      const backend = await start({
        entities: [
          {
            ...paymentsEntity,
            metadata: { ...paymentsEntity.metadata, annotations: {} },
          },
        ],
      });
      const { body } = await backend.get(PAYMENTS).expect(200);
      expect(body).toMatchObject({ clusters: [], empty: { annotated: false } });
    });

    it('refuses an annotation that can’t be read, and says why', async () => {
      const annotations = { 'fluxcd.io/resources': 'kustomisation:a/b' };
      const backend = await start({
        entities: [
          {
            ...paymentsEntity,
            metadata: { ...paymentsEntity.metadata, annotations },
          },
        ],
      });
      const { body } = await backend.get(PAYMENTS).expect(400);
      expect(body.error.message).toContain("unknown kind 'kustomisation'");
    });

    it('tells of a cluster that the entity names and nobody configured', async () => {
      const annotations = {
        ...paymentsEntity.metadata.annotations,
        'backstage.io/kubernetes-cluster': 'prod-ue',
      };
      const backend = await start({
        entities: [
          {
            ...paymentsEntity,
            metadata: { ...paymentsEntity.metadata, annotations },
          },
        ],
      });
      const { body } = await backend.get(PAYMENTS).expect(200);
      expect(body.clusters[0]).toMatchObject({
        name: 'prod-ue',
        connection: { state: 'down' },
      });
      expect(body.clusters[0].connection.reason).toContain('not configured');
    });

    it('doesn’t know entities that aren’t in the catalog', async () => {
      const backend = await start();
      const { body } = await backend
        .get('/entities/default/component/nothing')
        .expect(404);
      expect(body.error.message).toBe(
        'There is no entity component:default/nothing in the catalog, or you may not see it',
      );
    });
  });

  describe('permissions', () => {
    const denied = (name: string) =>
      mockServices.permissions.mock({
        authorize: async requests =>
          requests.map(({ permission }) => ({
            result:
              permission.name === name
                ? AuthorizeResult.DENY
                : AuthorizeResult.ALLOW,
          })),
      }).factory;

    const ref = {
      cluster: 'prod-eu',
      group: 'kustomize.toolkit.fluxcd.io',
      kind: 'Kustomization',
      namespace: 'payments',
      name: 'payments',
    };

    it.each([
      ['flux.resource.read', 'get', PAYMENTS, {}],
      [
        'flux.resource.reconcile',
        'post',
        `${PAYMENTS}/actions/reconcile`,
        { resources: [ref] },
      ],
      [
        'flux.resource.suspend',
        'post',
        `${PAYMENTS}/actions/suspend`,
        { resources: [ref], reason: 'holiday' },
      ],
      [
        'flux.resource.resume',
        'post',
        `${PAYMENTS}/actions/resume`,
        { resources: [ref] },
      ],
    ] as const)('%s guards %s %s', async (name, method, path, body) => {
      const backend = await start({ services: [denied(name)] });
      const answer = await backend[method](path, body);
      expect(answer.status).toBe(403);
      expect(answer.body.error).toMatchObject({
        name: 'NotAllowedError',
        message: `You need the permission ${name} on component:default/payments`,
      });
      expect(api.requests.filter(r => !r.startsWith('GET'))).toEqual([]);
    });

    it('are known to whoever writes a policy', async () => {
      const backend = await start();
      const { body } = await backend
        .get('/.well-known/backstage/permissions/metadata')
        .expect(200);
      expect(body.permissions.map((p: { name: string }) => p.name)).toEqual([
        'flux.resource.read',
        'flux.resource.reconcile',
        'flux.resource.suspend',
        'flux.resource.resume',
        'flux.cluster.read',
        'flux.cluster.enrol',
      ]);
    });

    it('kubernetes.clusters.read guards the list of clusters', async () => {
      const backend = await start({
        services: [denied('kubernetes.clusters.read')],
      });
      const { body } = await backend.get('/clusters').expect(403);
      expect(body.error.message).toBe(
        'You need the permission kubernetes.clusters.read to see clusters',
      );
    });
  });

  it('refuses to start with a bad configuration, in one line', async () => {
    await expect(
      start({ flux: { gitHost: [] }, services: [] }),
    ).rejects.toThrow(
      "Invalid config: 'flux.gitHost' in 'mock-config': unknown key 'gitHost', expected one of clusters, gitHosts",
    );
  });
});
