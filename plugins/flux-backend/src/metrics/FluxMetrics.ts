import {
  MetricsService,
  MetricsServiceCounter,
  MetricsServiceObservableResult,
} from '@backstage/backend-plugin-api/alpha';
import { ClusterConnection } from '@backstage-flux/plugin-flux-common';
import { WatchEnd } from '../watch/Reflector';

/** What is measured of one cluster. */
export interface MeasuredCluster {
  readonly cluster: { name: string };
  readonly connection: { state: ClusterConnection['state'] };
  readonly index: { size: number };
  /** How many watches are open. */
  readonly watches: number;
  /** Epoch milliseconds of its last sign of life; 0 before the first. */
  readonly heardAt: number;
}

/** What is measured, as it is at this moment. */
export interface MetricsSource {
  clusters: () => readonly MeasuredCluster[];
  /** Streams that are open. */
  viewers: () => number;
}

const STATES: ClusterConnection['state'][] = [
  'syncing',
  'live',
  'stale',
  'down',
];

/**
 * Measures how the plugin is getting on. What is there is only counted when somebody collects metrics;
 * collecting costs a few numbers a cluster, however many objects there are.
 */
export class FluxMetrics {
  readonly #metrics: MetricsService;
  readonly #ends: MetricsServiceCounter<{ reason: WatchEnd }>;
  readonly #observed: (() => void)[] = [];

  constructor(metrics: MetricsService) {
    this.#metrics = metrics;
    this.#ends = metrics.createCounter('flux.watch.reconnects', {
      description: 'Watches that came to their end and were opened again',
      unit: '{reconnect}',
    });
  }

  /** To be called when a watch has ended that is opened again. */
  watchEnded(reason: WatchEnd) {
    this.#ends.add(1, { reason });
  }

  observe(source: MetricsSource) {
    const gauge = (
      name: string,
      options: { description: string; unit: string },
      observe: (result: MetricsServiceObservableResult) => void,
    ) => {
      const observable = this.#metrics.createObservableGauge(name, options);
      observable.addCallback(observe);
      this.#observed.push(() => observable.removeCallback(observe));
    };
    const eachCluster = (
      result: MetricsServiceObservableResult,
      measure: (cluster: MeasuredCluster) => number | undefined,
    ) => {
      for (const cluster of source.clusters()) {
        const value = measure(cluster);
        if (value !== undefined) {
          result.observe(value, { cluster: cluster.cluster.name });
        }
      }
    };

    gauge(
      'flux.objects',
      { description: 'Objects that are kept in memory', unit: '{object}' },
      result => eachCluster(result, ({ index }) => index.size),
    );
    gauge(
      'flux.watches',
      { description: 'Watches that are open', unit: '{watch}' },
      result => eachCluster(result, ({ watches }) => watches),
    );
    gauge(
      'flux.sync.age',
      { description: 'Time since a cluster was last heard', unit: 's' },
      result =>
        eachCluster(result, ({ heardAt }) =>
          heardAt ? Math.max(0, Date.now() - heardAt) / 1000 : undefined,
        ),
    );
    gauge(
      'flux.clusters',
      { description: 'Clusters by how well they are heard', unit: '{cluster}' },
      result => {
        const states = source.clusters().map(c => c.connection.state);
        for (const state of STATES) {
          result.observe(states.filter(s => s === state).length, { state });
        }
      },
    );
    gauge(
      'flux.stream.viewers',
      { description: 'Streams of views that are open', unit: '{stream}' },
      result => result.observe(source.viewers()),
    );
  }

  /** Ends observing. */
  close() {
    this.#observed.forEach(stop => stop());
  }
}
