import { sync } from '../../measure/sync';
import {
  measureControl,
  measureFluxTabs,
  measurePollingTabs,
  Period,
  PeriodOptions,
  ViewersResult,
} from '../../measure/viewers';
import { Log } from '../../report/Log';
import { World } from '../../world/World';
import { inWorld } from '../inWorld';

const CHANGES = 10;

export interface TabsRow {
  clusters: number;
  changesPerSecond: number;
  /** Only what is looked at changes; otherwise all applications of all clusters do, alike. */
  onlyViewed?: boolean;
  tabs: number;
  control: { ours: Period; baseline?: Period };
  ours: ViewersResult;
  baseline?: ViewersResult;
}

/** 5,000 objects, with more and more tabs open, while nothing and while something changes. */
export async function measureTabs(log: Log): Promise<TabsRow[]> {
  return [
    ...(await measureOn(log, 10, [1, 10, 50, 200], [0, CHANGES])),
    ...(await measureOn(log, 100, [50], [CHANGES])),
  ];
}

async function measureOn(
  log: Log,
  clusters: number,
  counts: number[],
  changes: number[],
): Promise<TabsRow[]> {
  return inWorld(
    log,
    {
      clusters,
      fluxObjectsPerCluster: 5_000 / clusters,
      latencyMs: 20,
      access: 'direct',
      baseline: true,
    },
    async world => {
      log.value('sync', await sync(world));
      const rows: TabsRow[] = [];
      for (const changesPerSecond of changes) {
        rows.push(
          ...(await measureTabCounts(log, world, counts, { changesPerSecond })),
        );
      }
      if (counts.length > 1) {
        const worst = { changesPerSecond: CHANGES, onlyViewed: true };
        rows.push(...(await measureTabCounts(log, world, [50], worst)));
      }
      return rows;
    },
  );
}

export async function measureTabCounts(
  log: Log,
  world: World,
  counts: number[],
  changes: { changesPerSecond: number; onlyViewed?: boolean },
): Promise<TabsRow[]> {
  const period: PeriodOptions = { seconds: 60, ...changes };
  const control = await measureControl(world, { ...period, seconds: 40 });
  log.value(`nobody looks, ${JSON.stringify(changes)}`, control);
  const rows: TabsRow[] = [];
  for (const tabs of counts) {
    const ours = await measureFluxTabs(
      world,
      { ...period, tabs },
      control.ours,
    );
    log.value(`${tabs} tabs of ours`, ours);
    const baseline =
      world.baseline &&
      (await measurePollingTabs(
        world,
        { ...period, tabs, seconds: 20 },
        control.baseline!,
      ));
    log.value(`${tabs} tabs of the baseline`, baseline);
    period.warm = true;
    rows.push({
      clusters: world.options.clusters,
      ...changes,
      tabs,
      control,
      ours,
      baseline,
    });
  }
  return rows;
}
