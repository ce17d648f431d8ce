import {
  changes,
  columns,
  expectCommitted,
  tableFile,
} from './__fixtures__/committed';
import {
  headline,
  INSIDES,
  versionsOf,
  wordsOf,
} from './__fixtures__/recordedWords';
import {
  recordedWatch,
  runs,
  watchFiles,
  type WatchEvent,
} from './__fixtures__/recordings';
import { recordedRun, replay } from './__fixtures__/replay';
import { project } from './projection/project';
import { resourceStatus } from './status';

const since = (start: number, ts: number) =>
  `+${(ts - start).toFixed(1)} s`.padStart(9);

/** What is delivered in a run: every Kustomization and HelmRelease; payments has two of the former. */
function entities(run: string): string[] {
  if (run === 'first-image') {
    return [
      'kustomization:payments/payments, kustomization:payments/payments-images',
    ];
  }
  const { first, then } = recordedRun(run);
  const kinds = /^(Kustomization|HelmRelease)$/;
  const names = [...first, ...then]
    .filter(({ object }) => kinds.test(object.kind))
    .map(
      ({ object: { kind, metadata } }) =>
        `${kind.toLowerCase()}:${metadata.namespace}/${metadata.name}`,
    );
  return names.length > 0
    ? [...new Set(names)].sort()
    : ['imagerepository:flux-system/web'];
}

function headlines(run: string, entity: string): string {
  const views = replay(run, entity);
  const start = recordedRun(run).first[0].ts;
  const rows = views.map(({ ts, view }) => [
    since(start, ts),
    ...headline(view),
  ]);
  const head = ['since', 'state', 'running', 'latest', 'pending', 'cause'];
  return `${entity}\n${columns([
    head,
    ...changes(rows, row => row.slice(1).join()),
  ])}`;
}

function told({ object, type }: WatchEvent): string[] {
  if (type === 'DELETED') return ['deleted', '', '', ''];
  const p = project('test', object);
  const { state, summary, message } = resourceStatus(p);
  const versions = versionsOf(p).map(([what, , label]) => `${what} ${label}`);
  return [state, summary, message, versions.join(', ')];
}

function objects(run: string): string {
  const events = recordedWatch(
    ...watchFiles.filter(f => f.startsWith(`watch.${run}.`)),
  );
  const byObject = new Map<string, string[][]>();
  for (const event of events) {
    const { kind, metadata } = event.object;
    const name = `${kind} ${metadata.namespace}/${metadata.name}`;
    byObject.set(name, [
      ...(byObject.get(name) ?? []),
      [since(events[0].ts, event.ts), ...told(event)],
    ]);
  }
  const head = ['since', 'state', 'summary', 'message', 'versions'];
  return [...byObject]
    .sort(([a], [b]) => a.localeCompare(b))
    .map(
      ([name, rows]) =>
        `${name}\n${columns([
          head,
          ...changes(rows, row => row.slice(1).join()),
        ])}`,
    )
    .join('\n');
}

describe.each(runs)('the recorded run %s', run => {
  it('is told object by object as the table says', () => {
    expectCommitted(tableFile(`run.${run}.objects.txt`), objects(run));
  });

  it('is told entity by entity as the table says', () => {
    const text = entities(run)
      .map(entity => headlines(run, entity))
      .join('\n');
    expectCommitted(tableFile(`run.${run}.entities.txt`), text);
  });

  it.each(entities(run))(
    'says nothing of Flux’s insides at any time: %s',
    entity => {
      const words = new Set(
        replay(run, entity).flatMap(({ view }) => wordsOf(view)),
      );
      for (const each of words) expect(each).not.toMatch(INSIDES);
      expect(words.size).toBeGreaterThan(1);
    },
  );
});

describe.each(watchFiles)('%s', file => {
  it('gives a state and words for every event', () => {
    for (const { object } of recordedWatch(file)) {
      const { state, summary, message } = resourceStatus(
        project('test', object),
      );
      expect(`${summary} ${message}`).not.toMatch(INSIDES);
      expect(message === '' && state !== 'upToDate').toBe(false);
    }
  });
});
