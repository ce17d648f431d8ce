import { measureHeapPerObject } from '../../measure/heap';
import { sync, SyncResult } from '../../measure/sync';
import {
  measureViews,
  measureViewsAtOnce,
  ViewResult,
} from '../../measure/views';
import { Log } from '../../report/Log';
import { inWorld } from '../inWorld';

export interface WorldRow {
  objects: number;
  clusters: number;
  latencyMs: number;
  sync: SyncResult;
  views: ViewResult;
  /** 50 viewers at the same time, who all look again and again without a pause. */
  atOnce?: Awaited<ReturnType<typeof measureViewsAtOnce>>;
  heapBytesPerObject: number;
}

const VIEWERS = 50;

/** Views of all sizes, on few clusters and on many, near and far. */
export async function measureWorlds(log: Log): Promise<WorldRow[]> {
  const rows: WorldRow[] = [];
  for (const objects of [500, 5_000, 50_000]) {
    for (const clusters of [1, 10, 100]) {
      // An application has ten objects, in two clusters
      const perCluster = Math.max(objects / clusters, 10);
      for (const latencyMs of [0, 20]) {
        rows.push(await measureWorld(log, perCluster, clusters, latencyMs));
      }
    }
  }
  return rows;
}

function measureWorld(
  log: Log,
  fluxObjectsPerCluster: number,
  clusters: number,
  latencyMs: number,
): Promise<WorldRow> {
  return inWorld(
    log,
    {
      fluxObjectsPerCluster,
      clusters,
      latencyMs,
      access: 'direct',
      baseline: true,
    },
    async world => {
      const synced = await sync(world);
      log.value('sync', synced);
      const views = await measureViews(world, { rounds: 20, pollsARound: 2 });
      log.table('views', views);
      const atOnce =
        world.started.fluxObjects === 5_000
          ? await measureViewsAtOnce(world, {
              viewers: VIEWERS,
              looksEach: 10,
              pollsEach: 1,
            })
          : undefined;
      return {
        objects: world.started.fluxObjects,
        clusters,
        latencyMs,
        sync: synced,
        views,
        ...(atOnce ? { atOnce } : {}),
        heapBytesPerObject: await measureHeapPerObject(world),
      };
    },
  );
}
