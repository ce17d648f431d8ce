import { createDeferred } from '@backstage/types';
import { serveCalls } from '../processes/ipc';
import { usage } from '../processes/usage';
import { ChangeMaker } from './ChangeMaker';
import { Filled, fillClusters } from './fillClusters';
import { RequestCounts } from './RequestCounts';
import { ServedCluster, serveCluster } from './serveCluster';

export interface ClustersOptions {
  clusters: number;
  fluxObjectsPerCluster: number;
  latencyMs: number;
  tls: { key: string; cert: string };
}

export interface ClustersStarted extends Omit<Filled, 'placements'> {
  ports: number[];
  /** Where each application runs: indexes of clusters. */
  placements: [string, number[]][];
}

const counts = new RequestCounts();
const released = createDeferred();
let served: ServedCluster[] = [];
let changes: ChangeMaker;

serveCalls({
  async start(options: ClustersOptions): Promise<ClustersStarted> {
    const { latencyMs, tls } = options;
    const traffic = { latencyMs, counts, released };
    served = [];
    for (let i = 0; i < options.clusters; i++) {
      served.push(await serveCluster(tls, traffic));
    }
    const clusters = served.map(({ cluster }) => cluster);
    const { placements, ...filled } = fillClusters(
      clusters,
      options.fluxObjectsPerCluster,
    );
    changes = new ChangeMaker(clusters, placements);
    return {
      ports: served.map(({ port }) => port),
      placements: [...placements],
      ...filled,
    };
  },
  /** Until then requests wait. */
  release: () => released.resolve(),
  hang: (index: number) => served[index].hang(),
  empty: () => served.forEach(({ cluster }) => cluster.empty()),
  startChanges: (options: { perSecond: number; applications?: string[] }) =>
    changes.start(options),
  stopChanges: () => changes.stop(),
  counts: () => counts.toJSON(),
  traffic: () => ({
    watches: served.reduce((sum, { cluster }) => sum + cluster.watches, 0),
    sockets: served.reduce((sum, { sockets }) => sum + sockets(), 0),
  }),
  usage,
});
