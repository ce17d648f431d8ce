import { sync, SyncResult } from '../measure/sync';
import { Log } from '../report/Log';
import { inWorld } from './inWorld';

export interface ScaleResult {
  /** Flux objects; beside them there are Deployments, ReplicaSets and Pods. */
  objects: number;
  clusters: number;
  syncSeconds: number;
  /** Of the one process that is the whole Backstage backend. */
  peakRssMiB: number;
}

const CLUSTERS = 500;
const FLUX_OBJECTS_PER_CLUSTER = 100;

/** 50,000 objects on 500 clusters, the size of the largest published test of a GitOps tool. */
export async function scale(log: Log): Promise<ScaleResult> {
  const { fluxObjects, result } = await syncAtScale(log, {
    clusters: CLUSTERS,
    access: 'direct',
  });
  return {
    objects: fluxObjects,
    clusters: CLUSTERS,
    syncSeconds: result.seconds,
    peakRssMiB: result.peakRssMiB,
  };
}

export async function syncAtScale(
  log: Log,
  options: { clusters: number; access: 'direct' | 'proxy'; hung?: number[] },
): Promise<{ fluxObjects: number; result: SyncResult }> {
  return inWorld(
    log,
    {
      fluxObjectsPerCluster: FLUX_OBJECTS_PER_CLUSTER,
      latencyMs: 20,
      baseline: false,
      ...options,
    },
    async world => {
      const result = await sync(world);
      log.value('sync', result);
      return { fluxObjects: world.started.fluxObjects, result };
    },
  );
}
