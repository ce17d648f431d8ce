import { setTimeout as delay } from 'node:timers/promises';
import { MadeChange, now } from '../clusters/ChangeMaker';
import { FluxTab } from '../load/FluxTab';
import { POLL_MS, PollingTab } from '../load/PollingTab';
import { Tab } from '../load/Tab';
import { summarize, Summary } from '../stats';
import { Backend } from '../world/Backend';
import { World } from '../world/World';
import { matchChanges } from './matchChanges';
import { measureAccessCheck, pollingTabs } from './views';

/** What happened in one period, with or without open tabs. */
export interface Period {
  seconds: number;
  cpuMs: number;
  /** Requests that reached the clusters, by type. */
  requests: Record<string, number>;
}

export interface ViewersResult extends Period {
  tabs: number;
  viewerMinutes: number;
  /** What it took until all tabs were open, before the period itself. */
  opening: Period;
  cpuMsCausedPerOpening: number;
  /** All that the backend used, by viewer-minute, and what of it wasn't used without viewers. */
  cpuMsPerViewerMinute: number;
  cpuMsCausedPerViewerMinute: number;
  bytesPerViewerMinute: number;
  /** From a change in the cluster until the browser has parsed it. */
  changeMs?: Summary;
  changesMissing: number;
  /** Which part of the baseline's polls was left out, because the one before had no answer yet. */
  pollsLeftOutShare?: number;
  /** CPU of one look whether a reader may still see the entity; its share is in the CPU per viewer-minute. */
  accessCheckCpuMs?: number;
  /** How long a stream's first view took. */
  firstViewMs?: Summary;
}

export interface PeriodOptions {
  seconds: number;
  changesPerSecond: number;
  /** Only what is looked at changes; otherwise all applications of all clusters do, alike. */
  onlyViewed?: boolean;
  /** Whether the backends have had as many tabs before. */
  warm?: boolean;
}

/** How often a stream asks whether its reader may still see the entity: seldom enough to miss the period. */
const ACCESS_MINUTES = 5;

const OPEN_MS = 5_000;
/** Until what tabs do all the time has been compiled, which a backend does once in its life. */
const WARM_UP_MS = 15_000;
const SETTLE_MS = 5_000;

/** A period in which nobody looks: what time itself and the changes cost each backend. */
export async function measureControl(
  world: World,
  options: PeriodOptions,
): Promise<{ ours: Period; baseline?: Period }> {
  await startChanges(world, options, world.applications.slice(0, 50));
  await delay(options.warm ? SETTLE_MS : WARM_UP_MS);
  const finish = [world.ours, world.baseline].map(backend =>
    backend ? begin(world, backend) : undefined,
  );
  const ends = await Promise.all(finish);
  await delay(options.seconds * 1000);
  const [ours, baseline] = await Promise.all(ends.map(end => end?.()));
  await stopChanges(world, options);
  return { ours: ours!, baseline };
}

/** Opens so many tabs of ours one after the other, each of another user, and then measures a while. */
export async function measureFluxTabs(
  world: World,
  options: PeriodOptions & { tabs: number },
  control: Period,
): Promise<ViewersResult> {
  const { ours } = world;
  const accessCheckCpuMs = await measureAccessCheck(world);
  const applications = applicationsOf(world, options.tabs);
  const tabs = await Promise.all(
    applications.map(
      async (application, i) =>
        new FluxTab({
          baseUrl: ours.baseUrl,
          application,
          token: await ours.userToken(`user-${i}`),
        }),
    ),
  );
  const result = await runTabs(world, ours, tabs, applications, options);
  const first = tabs.flatMap(({ firstViewMs }) => firstViewMs ?? []);
  if (first.length < tabs.length) {
    throw new Error(`Only ${first.length} of ${tabs.length} tabs got a view`);
  }
  const viewer = perViewer(result, control);
  const accessShare = accessCheckCpuMs / ACCESS_MINUTES;
  return {
    ...viewer,
    accessCheckCpuMs,
    cpuMsPerViewerMinute: viewer.cpuMsPerViewerMinute + accessShare,
    cpuMsCausedPerViewerMinute: viewer.cpuMsCausedPerViewerMinute + accessShare,
    firstViewMs: summarize(first),
  };
}

export async function measurePollingTabs(
  world: World,
  options: PeriodOptions & { tabs: number },
  control: Period,
): Promise<ViewersResult> {
  const applications = applicationsOf(world, options.tabs);
  const tabs: PollingTab[] = await pollingTabs(world, options.tabs);
  const result = await runTabs(
    world,
    world.baseline!,
    tabs,
    applications,
    options,
  );
  const leftOut = tabs.reduce((sum, tab) => sum + tab.leftOut, 0);
  const answered = tabs.reduce((sum, tab) => sum + tab.answered, 0);
  return {
    ...perViewer(result, control),
    pollsLeftOutShare: leftOut / (leftOut + answered),
  };
}

function applicationsOf({ applications }: World, count: number): string[] {
  return Array.from(
    { length: count },
    (_, i) => applications[i % applications.length],
  );
}

async function runTabs(
  world: World,
  backend: Backend,
  tabs: Tab[],
  applications: string[],
  options: PeriodOptions,
) {
  await startChanges(world, options, [...new Set(applications)]);
  const opening = await begin(world, backend);
  const cycleMs = backend === world.baseline ? POLL_MS : OPEN_MS;
  await Promise.all(
    tabs.map(async (tab, i) => {
      // Spread, so that those that poll don't do so at the same moment
      await delay((i / tabs.length) * cycleMs);
      await tab.open();
    }),
  );
  await delay(options.warm ? SETTLE_MS : WARM_UP_MS);
  const opened = await opening();
  const end = await begin(world, backend);
  const started = now();
  const bytesBefore = bytesOf(tabs);
  await delay(options.seconds * 1000);
  const period = await end();
  const ended = now();
  const bytes = bytesOf(tabs) - bytesBefore;
  const made = await stopChanges(world, options);
  const inPeriod = made.filter(({ at }) => at >= started && at <= ended);
  // The last changes need their time to arrive, too
  await delay(options.changesPerSecond ? cycleMs + SETTLE_MS : 0);
  const { ms, missing } = matchChanges(
    inPeriod,
    tabs.map(tab => tab.seen),
    applications,
  );
  tabs.forEach(tab => tab.close());
  return {
    ...period,
    tabs: tabs.length,
    opening: opened,
    viewerMinutes: (tabs.length * period.seconds) / 60,
    bytes,
    changeMs: ms.length ? summarize(ms) : undefined,
    changesMissing: missing,
  };
}

function bytesOf(tabs: Tab[]): number {
  return tabs.reduce((sum, tab) => sum + tab.bytes, 0);
}

function perViewer(
  { bytes, ...result }: Awaited<ReturnType<typeof runTabs>>,
  control: Period,
): ViewersResult {
  const idle = (seconds: number) => (control.cpuMs / control.seconds) * seconds;
  const { opening, tabs, viewerMinutes } = result;
  return {
    ...result,
    cpuMsCausedPerOpening: (opening.cpuMs - idle(opening.seconds)) / tabs,
    cpuMsPerViewerMinute: result.cpuMs / viewerMinutes,
    cpuMsCausedPerViewerMinute:
      (result.cpuMs - idle(result.seconds)) / viewerMinutes,
    bytesPerViewerMinute: bytes / viewerMinutes,
  };
}

/** Returns how to end it. */
async function begin(
  world: World,
  backend: Backend,
): Promise<() => Promise<Period>> {
  const requestsBefore = await world.requests(backend.token);
  // What was thrown away before is not this period's to collect
  const before = await backend.usage({ gc: 'once' });
  const started = performance.now();
  return async () => {
    const seconds = (performance.now() - started) / 1000;
    const { cpuMs } = await backend.usage();
    const requests = await world.requests(backend.token);
    return {
      seconds,
      cpuMs: cpuMs - before.cpuMs,
      requests: Object.fromEntries(
        Object.entries(requests).map(([type, count]) => [
          type,
          count - (requestsBefore[type] ?? 0),
        ]),
      ),
    };
  };
}

async function startChanges(
  world: World,
  { changesPerSecond, onlyViewed }: PeriodOptions,
  applications: string[],
) {
  if (changesPerSecond) {
    await world.clusters.call('startChanges', {
      perSecond: changesPerSecond,
      applications: onlyViewed ? applications : undefined,
    });
  }
}

async function stopChanges(
  world: World,
  { changesPerSecond }: PeriodOptions,
): Promise<MadeChange[]> {
  return changesPerSecond ? world.clusters.call('stopChanges') : [];
}

/** All requests but the heartbeats, which come by time. */
export function readsOf({ requests }: Period): number {
  return ['list', 'get', 'watchFromBeginning', 'watchOn'].reduce(
    (sum, type) => sum + (requests[type] ?? 0),
    0,
  );
}

/** What of them came with viewers; never below zero, as a watch goes on now and then in either period. */
export function readsCaused(withViewers: Period, without: Period): number {
  const byTime = (readsOf(without) / without.seconds) * withViewers.seconds;
  return Math.max(0, readsOf(withViewers) - byTime);
}
