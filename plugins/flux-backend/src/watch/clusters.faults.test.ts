import { setTimeout as delay } from 'node:timers/promises';
import {
  createBackendModule,
  createServiceFactory,
} from '@backstage/backend-plugin-api';
import { ANNOTATION_KUBERNETES_AUTH_PROVIDER } from '@backstage/plugin-kubernetes-common';
import {
  ClusterDetails,
  kubernetesClusterSupplierExtensionPoint,
} from '@backstage/plugin-kubernetes-node';
import { clusterAccessServiceRef } from '@backstage-flux/plugin-flux-node';
import { startCluster, TestCluster } from '../__testUtils__/cluster';
import { startFluxBackend, TOKEN } from '../__testUtils__/fluxBackend';
import { plainAccess } from '../__testUtils__/plainAccess';
import { truthOf } from '../__testUtils__/truth';
import { until } from '../__testUtils__/until';
import { connectionOf, PAYMENTS, resource } from '../__testUtils__/views';
import {
  countRequests,
  QUICK,
  startWorld,
  World,
} from '../__testUtils__/world';

/** As a cluster supplier gives it. */
const details = (name: string, { url }: TestCluster): ClusterDetails => ({
  name,
  url,
  authMetadata: {
    [ANNOTATION_KUBERNETES_AUTH_PROVIDER]: 'serviceAccount',
    serviceAccountToken: TOKEN,
  },
});

describe('many clusters', () => {
  let world: World | undefined;

  afterEach(async () => {
    await world?.close();
    world = undefined;
  });

  it('ten, of which one hangs: nobody waits for it, and it is left in peace', async () => {
    const names = Array.from({ length: 10 }, (_, i) => `cluster-${i}`);
    const [hung, ...well] = names;
    world = await startWorld(names, {
      // So many begin at once in this one process that each may be slow
      flux: { clusters: { ...QUICK.clusters, timeout: '5s', silence: '20s' } },
      prepare: apis => apis[hung].setFault('/', { hang: true }),
    });
    await world.untilTrue(...well);
    await world.untilTold(hung, {
      state: 'down',
      reason: 'it didn’t answer within 5 s',
    });
    const counts = names.map(name => countRequests(world!.apis[name]));
    for (const name of well) {
      world.touch(name);
    }
    await world.untilTrue(...well);
    expect(counts.flatMap(tooOften => tooOften())).toEqual([]);
    // Whoever looks asks memory, and no cluster
    const read = () =>
      names.map(
        name =>
          world!.apis[name].requests.filter(r => r !== 'GET /apis').length,
      );
    const before = read();
    for (let i = 0; i < 20; i++) {
      await world.view();
    }
    expect(read()).toEqual(before);

    world.apis[hung].clearFaults();
    await world.untilTrue(hung);
  });

  it('one that comes and goes', async () => {
    world = await startWorld(['prod-eu', 'prod-us']);
    const { 'prod-eu': eu } = world.apis;
    await world.untilTrue('prod-eu');
    const tooOften = countRequests(eu);
    const stop = eu.flap('/', { status: 503, message: 'starting' }, 150);
    const told = new Set<string>();
    for (let i = 0; i < 10; i++) {
      world.touch('prod-eu');
      world.touch('prod-us');
      await world.untilTrue('prod-us');
      const { body } = await world.backend.get('/clusters').expect(200);
      const connection = connectionOf(body, 'prod-eu')!;
      told.add(connection.state);
      expect(connection.state === 'live').toBe(connection.reason === undefined);
    }
    await until(async () => {
      const { body } = await world!.backend.get('/clusters').expect(200);
      told.add(connectionOf(body, 'prod-eu')!.state);
      expect([...told].sort()).toEqual(['live', 'stale']);
    });
    stop();
    await world.untilTrue('prod-eu');
    expect(tooOften()).toEqual([]);
  });

  it('a thousand changes a second', async () => {
    world = await startWorld(['prod-eu', 'prod-us']);
    const { 'prod-eu': eu } = world.apis;
    await world.untilTrue('prod-eu');
    const tooOften = countRequests(eu);
    const template = eu.find('Kustomization', 'payments');
    const others = Array.from({ length: 99 }, (_, i) => ({
      ...template,
      metadata: { namespace: 'payments', name: `other-${i}` },
    }));
    let writing = true;
    const write = async () => {
      for (let batch = 0; batch < 30; batch++) {
        eu.load(
          others.map(object => ({
            ...object,
            spec: { ...object.spec, interval: `${batch + 1}m` },
          })),
        );
        world!.touch('prod-eu');
        await delay(100);
      }
      writing = false;
    };
    const seen: string[] = [];
    const read = async () => {
      while (writing) {
        const view = await world!.view();
        seen.push(resource(view, 'Kustomization', 'payments').status.state);
      }
    };
    await Promise.all([write(), read()]);
    // It is answered all the time, and by what is true meanwhile
    expect(seen.length).toBeGreaterThan(5);
    expect(new Set(seen)).toEqual(new Set(['upToDate', 'suspended']));
    world.touch('prod-us');
    await world.untilTrue('prod-us');
    await world.untilTrue('prod-eu');
    expect(tooOften()).toEqual([]);
  });

  it('come, change and go without a restart', async () => {
    const [first, second, third] = await Promise.all([
      startCluster(),
      startCluster(),
      startCluster(),
    ]);
    let clusters: ClusterDetails[] = [details('prod-eu', first)];
    const supplier = createBackendModule({
      pluginId: 'kubernetes',
      moduleId: 'clusters-of-the-test',
      register(env) {
        env.registerInit({
          deps: { suppliers: kubernetesClusterSupplierExtensionPoint },
          async init({ suppliers }) {
            suppliers.addClusterSupplier({ getClusters: async () => clusters });
          },
        });
      },
    });
    const backend = await startFluxBackend({
      clusters: {},
      flux: QUICK,
      features: [supplier],
    });
    const untilShown = (expected: Record<string, TestCluster>) =>
      until(async () => {
        const { body } = await backend.get(PAYMENTS).expect(200);
        const shown = body.clusters.map((c: any) => [c.name, c.resources]);
        expect(Object.fromEntries(shown)).toEqual(
          Object.fromEntries(
            Object.entries(expected).map(([name, api]) => [
              name,
              truthOf(api, name),
            ]),
          ),
        );
      });

    await untilShown({ 'prod-eu': first });
    clusters = [...clusters, details('prod-us', second)];
    await untilShown({ 'prod-eu': first, 'prod-us': second });

    // It moves: what was known of the old API server means nothing to the new one
    third.change('Kustomization', 'payments', ({ spec }) => {
      spec.suspend = true;
    });
    clusters = [
      clusters[0],
      { ...details('prod-us', third), title: 'United States' },
    ];
    await second.close();
    await untilShown({ 'prod-eu': first, 'prod-us': third });
    const { body } = await backend.get('/clusters').expect(200);
    expect(body.items).toMatchObject([
      { name: 'prod-eu' },
      { name: 'prod-us', title: 'United States' },
    ]);

    clusters = [clusters[0]];
    await untilShown({ 'prod-eu': first });
    const asked = third.requests.length;
    const checks = first.requests.length + 3;
    await until(() => expect(first.requests.length).toBeGreaterThan(checks));
    expect(third.requests).toHaveLength(asked);
    await backend.stop();
    await Promise.all([first.close(), third.close()]);
  });

  it('are let go of when the backend stops', async () => {
    const [eu, us] = await Promise.all([startCluster(), startCluster()]);
    us.setFault('/', { hang: true });
    const backend = await startFluxBackend({
      clusters: {},
      flux: QUICK,
      services: [
        createServiceFactory({
          service: clusterAccessServiceRef,
          deps: {},
          factory: () => plainAccess({ 'prod-eu': eu, 'prod-us': us }),
        }),
      ],
    });
    await until(async () => {
      const { body } = await backend.get(PAYMENTS).expect(200);
      const shown = body.clusters.find((c: any) => c.name === 'prod-eu');
      expect(shown.resources).toEqual(truthOf(eu, 'prod-eu'));
    });
    expect(eu.watches.length).toBeGreaterThan(10);
    await backend.stop();
    const asked = eu.requests.length + us.requests.length;
    us.clearFaults();
    await until(() => {
      expect(eu.watches).toEqual([]);
      expect([eu.connections, us.connections]).toEqual([0, 0]);
    });
    expect(eu.requests.length + us.requests.length).toBe(asked);
    await Promise.all([eu.close(), us.close()]);
  });
});
