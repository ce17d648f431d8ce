import { mockServices } from '@backstage/backend-test-utils';
import { AuthorizeResult } from '@backstage/plugin-permission-common';
import { recordAudits } from '../__testUtils__/audits';
import { startCluster, TestCluster } from '../__testUtils__/cluster';
import { denied } from '../__testUtils__/denied';
import { startFluxBackend } from '../__testUtils__/fluxBackend';
import { until } from '../__testUtils__/until';
import { connectionOf } from '../__testUtils__/views';

const PAYMENTS = '/clusters/prod-eu/namespaces/payments';

describe('GET /clusters/:cluster/namespaces/:namespace', () => {
  let api: TestCluster;

  beforeEach(async () => {
    api = await startCluster();
    api.load([
      {
        apiVersion: 'v1',
        kind: 'Namespace',
        metadata: { name: 'payments' },
      },
    ]);
  });

  afterEach(() => api.close());

  const start = (
    options: Partial<Parameters<typeof startFluxBackend>[0]> = {},
  ) => startFluxBackend({ clusters: { 'prod-eu': api.url }, ...options });

  const asked = () =>
    api.requests.filter(r => r.startsWith('GET /api/v1/namespaces/pay'));

  it('tells whether the cluster has it, and nothing else', async () => {
    const backend = await start();
    const taken = await backend.get(PAYMENTS).expect(200);
    expect(taken.body).toEqual({ exists: true });
    expect(taken.headers['cache-control']).toBe('no-store');
    const free = await backend
      .get('/clusters/prod-eu/namespaces/payments-2')
      .expect(200);
    expect(free.body).toEqual({ exists: false });
    expect(asked()).toEqual([
      'GET /api/v1/namespaces/payments',
      'GET /api/v1/namespaces/payments-2',
    ]);
  });

  it('asks once for many who want to know', async () => {
    const backend = await start();
    await Promise.all(
      Array.from({ length: 10 }, () => backend.get(PAYMENTS).expect(200)),
    );
    expect(asked()).toHaveLength(1);
  });

  it('knows no other clusters than the Kubernetes plugin', async () => {
    const backend = await start();
    const { body } = await backend
      .get('/clusters/prod-ue/namespaces/payments')
      .expect(404);
    expect(body.error.message).toBe('There is no cluster prod-ue');
  });

  it('refuses what can’t be a namespace', async () => {
    const backend = await start();
    await backend.get('/clusters/prod-eu/namespaces/Payments').expect(400);
    await backend.get('/clusters/prod-eu/namespaces/..%2Fnodes').expect(400);
    expect(asked()).toEqual([]);
  });

  it('says why a cluster can’t be reached, without asking it', async () => {
    const backend = await start({
      clusters: { 'prod-eu': 'http://127.0.0.1:1' },
    });
    const { body } = await backend.get(PAYMENTS).expect(503);
    expect(body.error).toMatchObject({
      name: 'ServiceUnavailableError',
      message:
        'Cluster prod-eu can’t be reached: nothing listens at its address',
    });
  });

  it('waits no longer than for anything of a cluster', async () => {
    const backend = await start({ flux: { clusters: { timeout: '300ms' } } });
    await until(async () => {
      const { body } = await backend.get('/clusters').expect(200);
      expect(connectionOf(body, 'prod-eu')?.state).toBe('live');
    });
    api.setFault('/api/v1/namespaces/payments', { hang: true });
    const { body } = await backend.get(PAYMENTS).expect(503);
    expect(body.error.message).toBe(
      'Cluster prod-eu didn’t answer in time; try again',
    );
  });

  it('says what Backstage lacks where the cluster refuses it', async () => {
    api.setFault('/api/v1/namespaces/payments', {
      status: 403,
      message: 'namespaces "payments" is forbidden',
    });
    const backend = await start();
    const { body } = await backend.get(PAYMENTS).expect(403);
    expect(body.error.message).toBe(
      'Backstage may not read Namespace payments in cluster prod-eu: namespaces "payments" is forbidden. An administrator of the cluster has to allow it to get namespaces',
    );
  });

  it.each([
    [
      'kubernetes.clusters.read',
      'You need the permission kubernetes.clusters.read to see clusters',
    ],
    [
      'flux.resource.read',
      'You need the permission flux.resource.read on some entity to see whether a namespace exists',
    ],
  ])('%s guards it', async (name, message) => {
    const backend = await start({ services: [denied(name)] });
    for (const cluster of ['prod-eu', 'prod-ue']) {
      const { body } = await backend
        .get(`/clusters/${cluster}/namespaces/payments`)
        .expect(403);
      expect(body.error.message).toBe(message);
    }
    expect(asked()).toEqual([]);
  });

  it('is for those as well who see only their own entities', async () => {
    const ownersOnly = mockServices.permissions.mock({
      authorize: async requests =>
        requests.map(() => ({ result: AuthorizeResult.ALLOW })),
      authorizeConditional: async requests =>
        requests.map(({ permission }) => ({
          result: AuthorizeResult.CONDITIONAL,
          pluginId: 'catalog',
          resourceType: (permission as { resourceType: string }).resourceType,
          conditions: {
            rule: 'IS_ENTITY_OWNER',
            resourceType: 'catalog-entity',
            params: { claims: ['group:default/team'] },
          },
        })),
    }).factory;
    const backend = await start({ services: [ownersOnly] });
    await backend.get(PAYMENTS).expect(200);
  });

  it('is audited', async () => {
    const { events, factory } = recordAudits();
    const backend = await start({ services: [factory] });
    await backend.get(PAYMENTS).expect(200);
    await backend.get('/clusters/prod-ue/namespaces/payments').expect(404);
    expect(events.filter(e => e.eventId === 'namespace-read')).toEqual([
      {
        eventId: 'namespace-read',
        meta: { cluster: 'prod-eu', namespace: 'payments' },
        ended: 'success',
      },
      {
        eventId: 'namespace-read',
        meta: { cluster: 'prod-ue', namespace: 'payments' },
        ended: 'fail',
      },
    ]);
  });
});
