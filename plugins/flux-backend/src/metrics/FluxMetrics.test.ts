import { createServiceFactory } from '@backstage/backend-plugin-api';
import {
  MetricsService,
  MetricsServiceObservableCallback,
  metricsServiceRef,
} from '@backstage/backend-plugin-api/alpha';
import { metricsServiceMock } from '@backstage/backend-test-utils/alpha';
import { startCluster, TestCluster } from '../__testUtils__/cluster';
import { startFluxBackend } from '../__testUtils__/fluxBackend';
import { payments } from '../__testUtils__/recordings';
import { until } from '../__testUtils__/until';

interface Point {
  value: number;
  [attribute: string]: unknown;
}

/** A metrics service that is collected from, as an exporter of OpenTelemetry does. */
function createReader() {
  const observed = new Map<string, Set<MetricsServiceObservableCallback>>();
  const counted = new Map<string, Point[]>();
  const units = new Map<string, string | undefined>();
  const service = metricsServiceMock.mock({
    createCounter: (name, options) => {
      units.set(name, options?.unit);
      const points: Point[] = [];
      counted.set(name, points);
      return {
        add: (value, attributes) => {
          points.push({ value, ...attributes });
        },
      };
    },
    createObservableGauge: (name, options) => {
      units.set(name, options?.unit);
      const callbacks = new Set<any>();
      observed.set(name, callbacks);
      return {
        addCallback: callback => {
          callbacks.add(callback);
        },
        removeCallback: callback => {
          callbacks.delete(callback);
        },
      };
    },
  } as Partial<MetricsService>);
  return {
    factory: createServiceFactory({
      service: metricsServiceRef,
      deps: {},
      factory: () => service,
    }),
    units,
    counted,
    collect(name: string): Point[] {
      const points: Point[] = [];
      for (const callback of observed.get(name)!) {
        void callback({
          observe: (value, attributes) => {
            points.push({ value, ...attributes });
          },
        });
      }
      return points;
    },
  };
}

describe('metrics', () => {
  let api: TestCluster;

  beforeEach(async () => {
    api = await startCluster();
  });

  afterEach(() => api.close());

  async function start() {
    const reader = createReader();
    const backend = await startFluxBackend({
      clusters: { 'prod-eu': api.url, 'prod-us': 'http://127.0.0.1:9' },
      services: [reader.factory],
    });
    await backend.get('/clusters').expect(200);
    return { reader, backend };
  }

  it('tell of objects, watches and when a cluster was heard', async () => {
    const { reader } = await start();
    expect(reader.collect('flux.objects')).toEqual([
      { value: payments().filter(isKept).length, cluster: 'prod-eu' },
      { value: 0, cluster: 'prod-us' },
    ]);
    const [watches] = reader.collect('flux.watches');
    expect(watches.value).toBeGreaterThanOrEqual(api.watches.length);
    expect(api.watches.length).toBeGreaterThan(5);
    // A cluster that never said anything has no age
    expect(reader.collect('flux.sync.age')).toEqual([
      { value: expect.any(Number), cluster: 'prod-eu' },
    ]);
  });

  it('count clusters by how well they are heard', async () => {
    const { reader } = await start();
    await until(() =>
      expect(reader.collect('flux.clusters')).toEqual([
        { value: 0, state: 'syncing' },
        { value: 1, state: 'live' },
        { value: 0, state: 'stale' },
        { value: 1, state: 'down' },
      ]),
    );
  });

  it('count watches that ended, with why', async () => {
    const { reader } = await start();
    api.setFault('/apis/kustomize.toolkit.fluxcd.io/v1/kustomizations', {
      watch: 'gone',
      times: 1,
    });
    api.change('Kustomization', 'payments', object => {
      object.spec.interval = '7m';
    });
    await until(() =>
      expect(reader.counted.get('flux.watch.reconnects')).toContainEqual({
        value: 1,
        reason: 'gone',
      }),
    );
  });

  it('count open streams', async () => {
    const { reader, backend } = await start();
    expect(reader.collect('flux.stream.viewers')).toEqual([{ value: 0 }]);
    const stream = backend.get('/stream?entity=component:default/payments');
    stream.end(() => {});
    await until(() =>
      expect(reader.collect('flux.stream.viewers')).toEqual([{ value: 1 }]),
    );
    stream.abort();
    await until(() =>
      expect(reader.collect('flux.stream.viewers')).toEqual([{ value: 0 }]),
    );
  });

  it('have units, and end with the backend', async () => {
    const { reader, backend } = await start();
    expect(Object.fromEntries(reader.units)).toEqual({
      'flux.objects': '{object}',
      'flux.watches': '{watch}',
      'flux.watch.reconnects': '{reconnect}',
      'flux.sync.age': 's',
      'flux.clusters': '{cluster}',
      'flux.stream.viewers': '{stream}',
    });
    await backend.stop();
    expect(reader.collect('flux.objects')).toEqual([]);
  });
});

/** Pods and ReplicaSets are kept where somebody looks. */
function isKept({ kind }: { kind: string }) {
  return !['Pod', 'ReplicaSet'].includes(kind);
}
