import { measureHeapPerObject } from '../measure/heap';
import { sync } from '../measure/sync';
import {
  measureControl,
  measureFluxTabs,
  measurePollingTabs,
  readsCaused,
} from '../measure/viewers';
import { measureViews, ViewResult } from '../measure/views';
import { Log } from '../report/Log';
import { inWorld } from './inWorld';

export interface QuickResult {
  /** How many times slower the baseline's tab is at p95, on 10 clusters of 500 objects and on 100 of 50. */
  viewP95Ratio10: number;
  viewP95Ratio100: number;
  /** Our view at p95 by the floor's, the worse of the two. */
  overFloorRatio: number;
  /** How many times more CPU a viewer of the baseline causes. */
  viewerCpuRatio: number;
  /** Requests to clusters with viewers, less those without. */
  clusterReadsPerViewerMinute: number;
  /** From a change in a cluster to the browser. */
  browserP95Ms: number;
  heapBytesPerObject: number;
  /** Our view at p95 with one cluster hung by that without. */
  hungClusterRatio: number;
}

const VIEWERS = 50;
const COMMON = {
  latencyMs: 20,
  access: 'direct',
  baseline: true,
  entities: VIEWERS,
} as const;
const ROUNDS = { rounds: 20, pollsARound: 2 };
// One comes after the other here, so it takes more of them until chance has no say
const OURS_ONLY = { rounds: 100, pollsARound: 0 };
// What streams do once a minute has to be in it
const PERIOD = { seconds: 60, changesPerSecond: 10 };
const CONTROL = { ...PERIOD, seconds: 30 };

export async function quick(log: Log): Promise<QuickResult> {
  const ten = await inWorld(
    log,
    { ...COMMON, clusters: 10, fluxObjectsPerCluster: 500 },
    async world => {
      log.value('sync', await sync(world));
      const views = await measureViews(world, ROUNDS);
      log.table('views, 10 clusters of 500 objects', views);
      const control = await measureControl(world, CONTROL);
      const options = { ...PERIOD, tabs: VIEWERS };
      const ours = await measureFluxTabs(world, options, control.ours);
      log.value(`${VIEWERS} tabs of ours`, ours);
      const baseline = await measurePollingTabs(
        world,
        { ...options, seconds: 20 },
        control.baseline!,
      );
      log.value(`${VIEWERS} tabs of the baseline`, baseline);
      const calm = await measureViews(world, OURS_ONLY);
      log.table('views once more', calm);
      await world.clusters.call('hang', 0);
      const hung = await measureViews(world, OURS_ONLY);
      log.table('views with one cluster hung', hung);
      return { views, control, ours, baseline, calm, hung };
    },
  );
  const hundred = await inWorld(
    log,
    { ...COMMON, clusters: 100, fluxObjectsPerCluster: 50 },
    async world => {
      log.value('sync', await sync(world));
      const views = await measureViews(world, ROUNDS);
      log.table('views, 100 clusters of 50 objects', views);
      const heapBytesPerObject = await measureHeapPerObject(world);
      return { views, heapBytesPerObject };
    },
  );
  const { views, control, ours, baseline, calm, hung } = ten;
  return {
    viewP95Ratio10: ratio(views),
    viewP95Ratio100: ratio(hundred.views),
    overFloorRatio: Math.max(overFloor(views), overFloor(hundred.views)),
    viewerCpuRatio:
      baseline.cpuMsCausedPerViewerMinute / ours.cpuMsCausedPerViewerMinute,
    clusterReadsPerViewerMinute:
      readsCaused(ours, control.ours) / ours.viewerMinutes,
    browserP95Ms: ours.changeMs!.p95,
    heapBytesPerObject: hundred.heapBytesPerObject,
    hungClusterRatio: hung.ours.p95 / calm.ours.p95,
  };
}

function ratio({ ours, baseline }: ViewResult): number {
  return baseline!.p95 / ours.p95;
}

function overFloor({ ours, floor }: ViewResult): number {
  return ours.p95 / floor.p95;
}
