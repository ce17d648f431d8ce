import { readsOf } from '../measure/viewers';
import { FullResult, SectionName } from '../runs/full';
import { table } from './table';

type Rows<N extends SectionName> = NonNullable<FullResult[N]>['rows'];

const KiB = 1024;

function views(rows: Rows<'views'>): string {
  const latency = table(
    [
      'objects',
      'clusters',
      'API ms',
      'floor p50',
      'p95',
      'ours p50',
      'p95',
      'unchanged p95',
      'first by a user p50',
      'first of all p50',
      'baseline p50',
      'p95',
      'p95 ratio',
    ],
    rows.map(({ objects, clusters, latencyMs, views: v }) => [
      objects,
      clusters,
      latencyMs,
      v.floor.p50,
      v.floor.p95,
      v.ours.p50,
      v.ours.p95,
      v.unchanged.p95,
      v.firstByUser.p50,
      v.firstOfAll.p50,
      v.baseline?.p50,
      v.baseline?.p95,
      v.baseline && v.baseline.p95 / v.ours.p95,
    ]),
  );
  const cost = table(
    [
      'objects',
      'clusters',
      'API ms',
      'CPU ms: floor',
      'ours',
      'first by a user',
      'first of all',
      'baseline',
      'bytes: ours',
      'unchanged',
      'baseline',
      'sync s',
      'heap B per object',
      'RSS MiB',
    ],
    rows.map(row => [
      row.objects,
      row.clusters,
      row.latencyMs,
      row.views.floor.cpuMs,
      row.views.ours.cpuMs,
      row.views.firstByUser.cpuMs,
      row.views.firstOfAll.cpuMs,
      row.views.baseline?.cpuMs,
      row.views.ours.bytes,
      row.views.unchanged.bytes,
      row.views.baseline?.bytes,
      row.sync.seconds,
      row.heapBytesPerObject,
      row.sync.rssMiB,
    ]),
  );
  const atOnce =
    rows.some(row => row.atOnce) &&
    table(
      [
        'clusters',
        'API ms',
        'floor p50',
        'p95',
        'ours p50',
        'p95',
        'baseline p50',
        'p95',
      ],
      rows.flatMap(({ clusters, latencyMs, atOnce: looks }) =>
        looks
          ? [
              [
                clusters,
                latencyMs,
                looks.floor.p50,
                looks.floor.p95,
                looks.ours.p50,
                looks.ours.p95,
                looks.baseline?.p50,
                looks.baseline?.p95,
              ],
            ]
          : [],
      ),
    );
  return [
    'Latency in milliseconds, one after the other:',
    latency,
    'What each look costs, and what the store costs:',
    cost,
    ...(atOnce
      ? [
          '50 viewers of 5,000 objects at the same time, each looking again at once, in milliseconds:',
          atOnce,
        ]
      : []),
  ].join('\n\n');
}

/** What the changes fall on. */
function changed({
  changesPerSecond,
  onlyViewed,
}: Rows<'tabs'>[number]): string {
  if (!changesPerSecond) {
    return '';
  }
  return onlyViewed ? 'viewed' : 'all';
}

/** Nothing where viewers caused so little that what the backend uses without them is as uncertain. */
function cpuRatio({ control, ours, baseline }: Rows<'tabs'>[number]) {
  const caused = ours.cpuMsCausedPerViewerMinute * ours.viewerMinutes;
  const without = (control.ours.cpuMs / control.ours.seconds) * ours.seconds;
  return baseline && caused > without / 10
    ? baseline.cpuMsCausedPerViewerMinute / ours.cpuMsCausedPerViewerMinute
    : undefined;
}

function tabs(rows: Rows<'tabs'>): string {
  const cost = table(
    [
      'clusters',
      'changes/s',
      'on',
      'tabs',
      'CPU ms per viewer-minute: ours, caused',
      'ours, all',
      'baseline, caused',
      'ratio',
      'KiB per viewer-minute: ours',
      'baseline',
      'CPU ms to open a tab: ours',
      'polls left out',
    ],
    rows.map(row => {
      const { clusters, changesPerSecond, tabs: count, ours, baseline } = row;
      return [
        clusters,
        changesPerSecond,
        changed(row),
        count,
        ours.cpuMsCausedPerViewerMinute,
        ours.cpuMsPerViewerMinute,
        baseline?.cpuMsCausedPerViewerMinute,
        cpuRatio(row),
        ours.bytesPerViewerMinute / KiB,
        baseline && baseline.bytesPerViewerMinute / KiB,
        ours.cpuMsCausedPerOpening,
        baseline && `${((baseline.pollsLeftOutShare ?? 0) * 100).toFixed(0)} %`,
      ];
    }),
  );
  const requests = table(
    [
      'clusters',
      'changes/s',
      'on',
      'tabs',
      'ours: requests in a minute',
      'without viewers',
      'heartbeats',
      'when tabs opened',
      'baseline: requests in a minute',
    ],
    rows.map(row => {
      const { clusters, changesPerSecond, tabs: count } = row;
      const { control, ours, baseline } = row;
      return [
        clusters,
        changesPerSecond,
        changed(row),
        count,
        readsOf(ours),
        (readsOf(control.ours) * 60) / control.ours.seconds,
        ours.requests.discovery ?? 0,
        readsOf(ours.opening),
        baseline && (readsOf(baseline) * 60) / baseline.seconds,
      ];
    }),
  );
  const changes = table(
    [
      'clusters',
      'changes on',
      'tabs',
      'ours p50 ms',
      'p95 ms',
      'baseline p50 ms',
      'p95 ms',
      'first view p95 ms',
    ],
    rows
      .filter(({ changesPerSecond }) => changesPerSecond)
      .map(row => {
        const { clusters, tabs: count, ours, baseline } = row;
        return [
          clusters,
          changed(row),
          count,
          ours.changeMs?.p50,
          ours.changeMs?.p95,
          baseline?.changeMs?.p50,
          baseline?.changeMs?.p95,
          ours.firstViewMs?.p95,
        ];
      }),
  );
  return [
    cost,
    'Requests that reach all clusters together:',
    requests,
    'From a change in the cluster to the browser:',
    changes,
  ].join('\n\n');
}

function access(rows: Rows<'access'>): string {
  return table(
    [
      'access',
      'clusters',
      'objects',
      'hung',
      'watches',
      'sockets',
      'sync s',
      'heap MiB',
      'peak RSS MiB',
    ],
    rows.map(({ access: way, clusters, objects, hung: count, sync }) => [
      way,
      clusters,
      objects,
      count,
      sync.watches,
      sync.sockets,
      sync.seconds,
      sync.heapAfterBytes / KiB / KiB,
      sync.peakRssMiB,
    ]),
  );
}

function hung(rows: Rows<'hung'>): string {
  return table(
    [
      'clusters',
      'sync of the others s',
      'floor p95 ms',
      'ours p50 ms',
      'p95 ms',
      'change to browser p95 ms',
      'CPU ms per viewer-minute',
      'baseline',
    ],
    rows.map(({ clusters, sync, views: v, tabs: { ours }, baselineMs }) => [
      clusters,
      sync.seconds,
      v.floor.p95,
      v.ours.p50,
      v.ours.p95,
      ours.changeMs?.p95,
      ours.cpuMsCausedPerViewerMinute,
      baselineMs === undefined
        ? 'no answer within 30 s'
        : `${baselineMs.toFixed(0)} ms`,
    ]),
  );
}

/** The tables of each section that has been measured. */
export function sectionTables(
  result: FullResult,
): Partial<Record<SectionName, string>> {
  const note = (section: { machine: string; date: string }) =>
    `Measured ${section.date} on ${section.machine}.`;
  const texts: Partial<Record<SectionName, string>> = {};
  if (result.views) {
    texts.views = `${note(result.views)}\n\n${views(result.views.rows)}`;
  }
  if (result.tabs) {
    texts.tabs = `${note(result.tabs)}\n\n${tabs(result.tabs.rows)}`;
  }
  if (result.access) {
    texts.access = `${note(result.access)}\n\n${access(result.access.rows)}`;
  }
  if (result.hung) {
    texts.hung = `${note(result.hung)}\n\n${hung(result.hung.rows)}`;
  }
  return texts;
}
