import { fluxKinds } from '../kinds';
import { project } from '../projection/project';
import type { Projection } from '../projection/types';
import { compareStates } from '../stateOrder';
import { resourceStatus } from '../status';
import type { ResourceState } from '../api';
import { moment } from './moments';
import { objectFiles, recordedObjects } from './recordings';

const INTRODUCTION = `# What Flux said, and what a person is told

Every object that was recorded from real Flux: what its conditions say, and what the tab makes of it. Objects are read
together with the others that were recorded until the same moment, as the tab does. [What each state
means](states.md) explains the states; the recordings themselves are in
\`plugins/flux-common/src/__fixtures__/recordings\`, named \`STATE.KIND.NAME.json\`.

This page is written by a test, which fails when it is no longer true.
`;

const LABELS: Record<ResourceState, string> = {
  failing: 'Failing',
  stalled: 'Stalled',
  suspended: 'Suspended',
  progressing: 'Progressing',
  updatePending: 'Update pending',
  waiting: 'Waiting',
  stale: 'Stale',
  unknown: 'Unknown',
  upToDate: 'Up to date',
};

interface Row {
  kind: string;
  moment: string;
  name: string;
  state: ResourceState;
  /** What Flux said and what is told of it. */
  said: string[];
}

const cut = (text: string, length: number) =>
  text.length > length ? `${text.slice(0, length - 1).trimEnd()}…` : text;

/** Hashes and addresses say nothing here; seven digits are enough to tell two apart. */
function short(message: string): string {
  const line = message
    .replace(/\s+/g, ' ')
    .replace(/\b([0-9a-f]{7})[0-9a-f]{25,}\b/g, '$1…')
    .trim();
  return cut(line, 150);
}

const code = (text: string) => `\`${text.replace(/[`|]/g, '')}\``;

const prose = (text: string) =>
  text
    .replace(/\|/g, '\\|')
    .replace(/</g, '&lt;')
    .replace(/([*_])/g, '\\$1');

/** The condition that speaks for an object, as Flux or Kubernetes wrote it. */
function said({ conditions, suspended, pod, deletedAt }: Projection): string {
  const ready = conditions.find(c => /^(Ready|Progressing)$/.test(c.type));
  const before = [
    deletedAt ? code('metadata.deletionTimestamp') : '',
    suspended ? code('spec.suspend: true') : '',
    ...(pod?.waiting ?? []).flatMap(w => [
      code(w.reason),
      w.message ? code(short(w.message)) : '',
    ]),
  ];
  const condition = ready
    ? [
        code(`${ready.type}=${ready.status} ${ready.reason ?? ''}`.trim()),
        ready.message ? code(short(ready.message)) : '',
      ]
    : ['no condition'];
  return [...before, ...condition].filter(Boolean).join(' ');
}

function row(file: string): Row {
  const [state, , name] = file.split('.');
  const [object] = recordedObjects(file);
  const p = project('test', object);
  const told = resourceStatus(p, { index: moment(state) });
  return {
    kind: p.ref.kind,
    moment: state,
    name,
    state: told.state,
    said: [
      said(p),
      LABELS[told.state],
      prose(told.summary) || '–',
      prose(told.message) || '–',
    ],
  };
}

function groupBy<T>(values: T[], key: (value: T) => string): T[][] {
  const groups = new Map<string, T[]>();
  for (const value of values) {
    groups.set(key(value), [...(groups.get(key(value)) ?? []), value]);
  }
  return [...groups.values()];
}

/** Recordings of which the same is said share a row: `before-sync: fleet, nowhere`. */
function cells(same: Row[]): string[] {
  const recorded = groupBy(same, r => r.moment).map(
    of => `${of[0].moment}: ${of.map(r => r.name).join(', ')}`,
  );
  return [recorded.join('; '), ...same[0].said];
}

function table(rows: string[][]): string {
  const head = ['recorded', 'Flux said', 'state', 'in a row', 'in a sentence'];
  const all = [head, ...rows];
  const widths = head.map((_, i) => Math.max(...all.map(r => r[i].length)));
  const line = (texts: string[]) =>
    `| ${texts.map((c, i) => c.padEnd(widths[i])).join(' | ')} |\n`;
  const rule = line(widths.map(width => '-'.repeat(width)));
  return [line(head), rule, ...rows.map(line)].join('');
}

/** The page of the documentation that shows every recorded object beside what a person is told. */
export function recordedStatesPage(): string {
  const rows = objectFiles
    .map(row)
    .sort((a, b) => compareStates(a.state, b.state));
  const sections = fluxKinds
    .map(({ kind }) => ({ kind, of: rows.filter(r => r.kind === kind) }))
    .filter(({ of }) => of.length > 0)
    .map(({ kind, of }) => {
      const groups = groupBy(of, r => r.said.join('|'));
      return `## ${kind}\n\n${table(groups.map(cells))}`;
    });
  return [INTRODUCTION, ...sections].join('\n');
}
