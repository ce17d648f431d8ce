import { sync, SyncResult } from '../../measure/sync';
import { Log } from '../../report/Log';
import { descriptorLimit } from '../../processes/usage';
import { inWorld } from '../inWorld';

export interface AccessRow {
  objects: number;
  clusters: number;
  access: 'direct' | 'proxy';
  hung: number;
  sync: SyncResult;
}

/** A watch through the proxy takes three sockets of a process that is both its ends and the middle. */
const SOCKETS_PER_WATCH = 3;
const WATCHES_PER_CLUSTER = 29;
/** Listening sockets, files and what else a backend has open. */
const OTHER = 400;

/** Sockets, memory and time of the two ways to the clusters, up to 500 clusters of 100 objects. */
export async function measureAccess(log: Log): Promise<AccessRow[]> {
  const most = Math.floor(
    (descriptorLimit() - OTHER) / (SOCKETS_PER_WATCH * WATCHES_PER_CLUSTER),
  );
  const rows: AccessRow[] = [];
  for (const access of ['direct', 'proxy'] as const) {
    const sizes =
      access === 'proxy'
        ? [10, 100, Math.min(500, most)]
        : [10, 100, most, 500];
    for (const clusters of new Set(sizes)) {
      rows.push(await measure(log, access, clusters, []));
    }
  }
  rows.push(await measure(log, 'direct', 500, [0]));
  return rows;
}

function measure(
  log: Log,
  access: AccessRow['access'],
  clusters: number,
  hung: number[],
): Promise<AccessRow> {
  return inWorld(
    log,
    {
      clusters,
      fluxObjectsPerCluster: 100,
      latencyMs: 20,
      access,
      baseline: false,
      hung,
    },
    async world => {
      const synced = await sync(world);
      log.value('sync', synced);
      return {
        objects: world.started.fluxObjects,
        clusters,
        access,
        hung: hung.length,
        sync: synced,
      };
    },
  );
}
