import { setTimeout } from 'node:timers/promises';
import { createServiceFactory } from '@backstage/backend-plugin-api';
import {
  FluxEntityView,
  ResourceView,
} from '@backstage-flux/plugin-flux-common';
import { clusterAccessServiceRef } from '@backstage-flux/plugin-flux-node';
import { ApiServer, startApiServer } from '../__testUtils__/apiServer';
import { startFluxBackend, TOKEN } from '../__testUtils__/fluxBackend';
import { payments } from '../__testUtils__/recordings';

const PAYMENTS = '/entities/default/component/payments';

function resource(view: FluxEntityView, kind: string, name: string) {
  return view.clusters
    .flatMap(cluster => cluster.resources)
    .find(r => r.ref.kind === kind && r.ref.name === name) as ResourceView;
}

describe('clusters in trouble', () => {
  let api: ApiServer;

  beforeEach(async () => {
    api = await startApiServer(payments(), { token: TOKEN, maxPage: 2 });
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
    const silent = await startApiServer([], { token: TOKEN });
    silent.fault = () => 'hang';
    const backend = await start({
      clusters: { 'prod-eu': api.url, 'prod-us': silent.url },
      flux: { clusters: { timeout: '3s' } },
    });
    const { body } = await backend.get(PAYMENTS).expect(200);
    const [eu, us] = ['prod-eu', 'prod-us'].map(name =>
      body.clusters.find((c: { name: string }) => c.name === name),
    );
    expect(eu).toMatchObject({ connection: { state: 'live' } });
    expect(us).toMatchObject({
      connection: {
        state: 'down',
        reason: 'it didn’t answer within 3 s',
        nextTryAt: expect.any(String),
      },
    });
    await silent.close();
  });

  it('waits once for a cluster whose lists never end, and shows it when it answers again', async () => {
    const late = await startApiServer(payments(), { token: TOKEN });
    late.fault = (_, path) => (path.includes('?limit') ? 'hang' : undefined);
    const backend = await start({
      clusters: { 'prod-eu': api.url, 'prod-us': late.url },
      flux: {
        clusters: { timeout: '2s', freshness: '1ms', retryAfter: '50ms' },
      },
    });
    const connections = async () => {
      const started = performance.now();
      const { body } = await backend.get(PAYMENTS).expect(200);
      const state = (name: string) =>
        body.clusters.find((c: { name: string }) => c.name === name).connection
          .state;
      return {
        eu: state('prod-eu'),
        us: state('prod-us'),
        seconds: (performance.now() - started) / 1000,
      };
    };
    const first = await connections();
    expect(first).toMatchObject({ eu: 'live', us: 'down' });
    expect(first.seconds).toBeGreaterThan(1.9);
    // It is being tried again meanwhile, and nobody waits for that
    for (let i = 0; i < 3; i++) {
      await setTimeout(60);
      const next = await connections();
      expect(next).toMatchObject({ eu: 'live', us: 'down' });
      expect(next.seconds).toBeLessThan(1);
    }
    late.fault = () => undefined;
    for (;;) {
      await setTimeout(60);
      if ((await connections()).us === 'live') break;
    }
    await late.close();
  });

  it('keeps what it knew of a cluster that fails, and recovers', async () => {
    const backend = await start({
      flux: { clusters: { freshness: '1ms', retryAfter: '1ms' } },
    });
    const before = await backend.get(PAYMENTS);
    api.fault = () => ({ status: 500, message: 'etcd has no leader' });
    const { body } = await backend.get(PAYMENTS).expect(200);
    expect(body.clusters[0].connection).toMatchObject({
      state: 'stale',
      reason: 'it answered 500: etcd has no leader',
    });
    expect(resource(body, 'ReplicaSet', 'payments-56d5f6b9d5')).toBeDefined();
    expect(body.clusters[0].resources.map((r: ResourceView) => r.id)).toEqual(
      expect.arrayContaining([
        resource(before.body, 'Kustomization', 'payments').id,
      ]),
    );
    api.fault = () => undefined;
    for (;;) {
      const again = await backend.get(PAYMENTS);
      if (again.body.clusters[0].connection.state === 'live') {
        break;
      }
    }
  });

  it('tells kinds that it may not read, and shows the rest', async () => {
    api.fault = (_, path) =>
      path.includes('/imagepolicies')
        ? { status: 403, message: 'imagepolicies is forbidden' }
        : undefined;
    const backend = await start();
    const { body } = await backend.get(PAYMENTS).expect(200);
    expect(body.clusters[0].connection).toMatchObject({
      state: 'live',
      missing: expect.arrayContaining([
        {
          kind: 'ImagePolicy',
          reason: 'forbidden',
          message: 'imagepolicies is forbidden',
        },
        { kind: 'Canary', reason: 'notInstalled' },
      ]),
    });
    expect(resource(body, 'Kustomization', 'payments')).toBeDefined();
  });

  it('tries again when an API server asks for a moment', async () => {
    let refused = 0;
    api.fault = (_, path) =>
      path.includes('/kustomizations') && refused++ === 0
        ? { status: 429, message: 'slow', headers: { 'retry-after': '0' } }
        : undefined;
    const backend = await start();
    const { body } = await backend.get(PAYMENTS);
    expect(body.clusters[0].connection.state).toBe('live');
    expect(refused).toBe(2);
  });

  it('leaves an API server alone for as long as it asks', async () => {
    api.fault = () => ({
      status: 429,
      message: 'slow',
      headers: { 'retry-after': '600' },
    });
    const backend = await start({
      flux: { clusters: { freshness: '1ms', retryAfter: '1ms' } },
    });
    const { body } = await backend.get(PAYMENTS);
    const { connection } = body.clusters[0];
    expect(connection.reason).toMatch(/overloaded/);
    expect(Date.parse(connection.nextTryAt)).toBeGreaterThan(
      Date.now() + 500_000,
    );
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
    const other = await startApiServer(payments(), { token: 'another' });
    const backend = await start({ clusters: { 'prod-eu': other.url } });
    const { body } = await backend.get(PAYMENTS);
    expect(body.clusters[0].connection.reason).toBe(
      'it doesn’t accept Backstage’s credentials (401): Unauthorized',
    );
    await other.close();
  });
});
