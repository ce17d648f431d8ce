import { pollWithPatience } from '../../measure/hung';
import { sync, SyncResult } from '../../measure/sync';
import { measureViews, ViewResult } from '../../measure/views';
import { Log } from '../../report/Log';
import { inWorld } from '../inWorld';
import { measureTabCounts, TabsRow } from './tabs';

export interface HungRow {
  clusters: number;
  /** With a cluster that has never answered since the start. */
  sync: SyncResult;
  views: ViewResult;
  tabs: TabsRow;
  /** Undefined: no answer within 30 s. */
  baselineMs?: number;
}

/** All of it again while one cluster accepts connections and answers nothing. */
export async function measureHung(log: Log): Promise<HungRow[]> {
  const rows: HungRow[] = [];
  for (const clusters of [10, 100]) {
    rows.push(
      await inWorld(
        log,
        {
          clusters,
          fluxObjectsPerCluster: 5_000 / clusters,
          latencyMs: 20,
          access: 'direct',
          baseline: true,
          hung: [0],
        },
        async world => {
          const synced = await sync(world);
          log.value('sync', synced);
          const views = await measureViews(world, {
            rounds: 20,
            pollsARound: 0,
          });
          log.table('views', views);
          const baselineMs = await pollWithPatience(world);
          await world.stopBaseline();
          const [tabs] = await measureTabCounts(log, world, [50], {
            changesPerSecond: 10,
          });
          return { clusters, sync: synced, views, tabs, baselineMs };
        },
      ),
    );
  }
  return rows;
}
