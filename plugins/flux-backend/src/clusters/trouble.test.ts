import { createServiceFactory } from '@backstage/backend-plugin-api';
import { clusterAccessServiceRef } from '@backstage-flux/plugin-flux-node';
import { startCluster, TestCluster } from '../__testUtils__/cluster';
import { startFluxBackend } from '../__testUtils__/fluxBackend';
import { payments } from '../__testUtils__/recordings';
import { until } from '../__testUtils__/until';
import { connectionOf, PAYMENTS, resource } from '../__testUtils__/views';

describe('clusters in trouble', () => {
  let api: TestCluster;

  beforeEach(async () => {
    api = await startCluster();
  });

  afterEach(() => api.close());

  const start = (
    options: Partial<Parameters<typeof startFluxBackend>[0]> = {},
  ) => startFluxBackend({ clusters: { 'prod-eu': api.url }, ...options });

  it('lists clusters with how they can be heard', async () => {
    const backend = await start({
      clusters: { 'prod-eu': api.url, 'prod-us': 'http://127.0.0.1:1' },
    });
    const { body } = await backend.get('/clusters').expect(200);
    expect(body).toMatchObject({
      items: [
        { name: 'prod-eu', connection: { state: 'live' } },
        {
          name: 'prod-us',
          connection: {
            state: 'down',
            reason: 'nothing listens at its address',
          },
        },
      ],
    });
  });

  it('shows the other clusters while one hangs', async () => {
    const hung = await startCluster([]);
    hung.setFault('/', { hang: true });
    const backend = await start({
      clusters: { 'prod-eu': api.url, 'prod-us': hung.url },
      flux: { clusters: { timeout: '300ms' } },
    });
    const { body } = await backend.get(PAYMENTS).expect(200);
    expect(connectionOf(body, 'prod-eu')?.state).toBe('live');
    expect(connectionOf(body, 'prod-us')).toMatchObject({
      state: 'down',
      reason: 'it didn’t answer within 0.3 s',
      nextTryAt: expect.any(String),
    });
    await hung.close();
  });

  it('keeps what it knew of a cluster that fails, and recovers', async () => {
    const backend = await start({
      flux: { clusters: { checkInterval: '20ms', retryAfter: '20ms' } },
    });
    const before = await backend.get(PAYMENTS).expect(200);
    api.setFault('/', { status: 500, message: 'etcd has no leader' });
    await until(async () => {
      const { body } = await backend.get(PAYMENTS).expect(200);
      expect(connectionOf(body, 'prod-eu')).toMatchObject({
        state: 'stale',
        reason: 'it answered 500: etcd has no leader',
      });
      expect(body.clusters[0].resources).toEqual(
        before.body.clusters[0].resources,
      );
    });
    api.clearFaults();
    await until(async () => {
      const { body } = await backend.get(PAYMENTS).expect(200);
      expect(connectionOf(body, 'prod-eu')?.state).toBe('live');
    });
  });

  it('tells kinds that it may not read, and shows the rest', async () => {
    api.setServed('flagger.app', 'Canary', false);
    api.setFault(/\/imagepolicies/, {
      status: 403,
      message: 'imagepolicies is forbidden',
    });
    const backend = await start();
    const { body } = await backend.get(PAYMENTS).expect(200);
    expect(connectionOf(body, 'prod-eu')).toMatchObject({
      state: 'live',
      missing: [
        { kind: 'Canary', reason: 'notInstalled' },
        {
          kind: 'ImagePolicy',
          reason: 'forbidden',
          message: 'imagepolicies is forbidden',
        },
      ],
    });
    expect(resource(body, 'Kustomization', 'payments')).toBeDefined();
  });

  it('tries again when an API server asks for a moment', async () => {
    const KUSTOMIZATIONS =
      '/apis/kustomize.toolkit.fluxcd.io/v1/kustomizations';
    api.setFault(KUSTOMIZATIONS, {
      status: 429,
      retryAfterSeconds: 0,
      times: 1,
    });
    const backend = await start();
    await until(async () => {
      const { body } = await backend.get(PAYMENTS);
      expect(connectionOf(body, 'prod-eu')).toMatchObject({ state: 'live' });
      expect(resource(body, 'Kustomization', 'payments')).toBeDefined();
    });
    const asked = api.requests.filter(r => r.includes(KUSTOMIZATIONS));
    expect(asked).toHaveLength(2);
  });

  it('leaves an API server alone for as long as it asks', async () => {
    api.setFault('/', { status: 429, retryAfterSeconds: 600 });
    const backend = await start({
      flux: { clusters: { retryAfter: '1ms', checkInterval: '1ms' } },
    });
    const { body } = await backend.get(PAYMENTS);
    const { reason, nextTryAt } = connectionOf(body, 'prod-eu')!;
    expect(reason).toMatch(/overloaded/);
    expect(Date.parse(nextTryAt!)).toBeGreaterThan(Date.now() + 500_000);
    const asked = api.requests.length;
    await backend.get(PAYMENTS);
    expect(api.requests).toHaveLength(asked);
  });

  it('says so when the Kubernetes plugin gives no clusters', async () => {
    const backend = await start({
      services: [
        createServiceFactory({
          service: clusterAccessServiceRef,
          deps: {},
          factory: () => ({
            listClusters: () => Promise.reject(new Error('404 Not Found')),
            request: () => Promise.reject(new Error('not asked')),
          }),
        }),
      ],
    });
    const { body } = await backend.get(PAYMENTS).expect(503);
    expect(body.error.message).toContain(
      'check that the Kubernetes plugin is installed, configured and running',
    );
  });

  it('says that a token is not accepted', async () => {
    const other = await startCluster(payments(), {
      tokens: [{ token: 'another', user: 'somebody' }],
    });
    const backend = await start({ clusters: { 'prod-eu': other.url } });
    const { body } = await backend.get(PAYMENTS);
    expect(connectionOf(body, 'prod-eu')?.reason).toBe(
      'it doesn’t accept Backstage’s credentials (401): Unauthorized',
    );
    await other.close();
  });
});
