import {
  recordedWatch,
  watchFiles,
  type WatchEvent,
} from './__fixtures__/recordings';
import type { ClusterView, ResourceState } from './api';
import { buildClusterView } from './entityView';
import type { Projection } from './projection/types';
import { project } from './projection/project';
import { parseEntitySelection } from './selection';
import { resourceStatus } from './status';

const now = '2026-11-22T18:10:00Z';

function changes<T>(values: T[]): T[] {
  return values.filter((v, i) => i === 0 || v !== values[i - 1]);
}

/** States of one object while a watch is replayed. */
function statesOf(file: string, name: string): ResourceState[] {
  return changes(
    recordedWatch(file)
      .filter(e => e.object.metadata.name === name)
      .map(e => resourceStatus(project('test', e.object)).state),
  );
}

/** An entity's view in one cluster after every event of a run. */
function replay(
  run: string,
  resources: string,
  { until = Infinity, from = 0 }: { until?: number; from?: number } = {},
) {
  const store = new Map<string, Projection>();
  const selection = parseEntitySelection({ 'fluxcd.io/resources': resources })!;
  const views: ClusterView[] = [];
  const events: WatchEvent[] = recordedWatch(
    ...watchFiles.filter(f => f.startsWith(`watch.${run}.`)),
  );
  for (const { ts, type, object } of events) {
    if (ts > until) break;
    const projection = project('test', object);
    if (type === 'DELETED') store.delete(projection.id);
    else store.set(projection.id, projection);
    const view = buildClusterView({
      cluster: 'test',
      connection: { state: 'live', since: now },
      projections: store.values(),
      selection,
      now,
    });
    if (view && ts > from) views.push(view);
  }
  return views;
}

describe('replayed watches', () => {
  it.each(watchFiles)('%s gives a state and words for every event', file => {
    for (const { object } of recordedWatch(file)) {
      const status = resourceStatus(project('test', object));
      expect(typeof status.summary).toBe('string');
      expect(status.message === '' && status.state !== 'upToDate').toBe(false);
    }
  });

  it('shows a registry’s outage while it lasts', () => {
    expect(
      statesOf('watch.registry-down.imagerepositories.ndjson', 'web'),
    ).toEqual(['upToDate', 'progressing', 'failing', 'upToDate']);
  });

  it('shows a Kustomization that cannot find its path as failing after each try', () => {
    const states = statesOf(
      'watch.lifecycle-webhook.kustomizations.ndjson',
      'bad-path',
    );
    expect(states[0]).toBe('failing');
    expect(states.at(-1)).toBe('failing');
    expect(new Set(states)).toEqual(new Set(['failing', 'progressing']));
  });

  it('shows a source that cannot fetch as failing through all its tries', () => {
    expect(
      statesOf('watch.firstsync.gitrepositories.ndjson', 'nowhere'),
    ).toEqual(['unknown', 'progressing', 'failing']);
  });

  it('follows a release from nothing to installed, never as failing', () => {
    expect(statesOf('watch.firstsync.helmreleases.ndjson', 'hello')).toEqual([
      'unknown',
      'progressing',
      'waiting',
      'progressing',
      'upToDate',
      'progressing',
      'upToDate',
    ]);
  });

  describe('a new application before and after its first image', () => {
    const payments =
      'kustomization:payments/payments, kustomization:payments/payments-images';
    // The run goes on with another commit and an outage of the registry.
    const afterFirstRollout = Date.parse('2026-11-22T18:05:20Z') / 1000;
    const views = replay('first-image', payments, {
      until: afterFirstRollout,
    });

    it('waits, rolls out and is up to date, and never fails', () => {
      const states = changes(views.map(v => v.status.state));
      expect(states).not.toContain('failing');
      expect(states).not.toContain('stalled');
      expect(states[0]).toBe('unknown');
      const waits = states.indexOf('waiting');
      expect(waits).toBeGreaterThan(0);
      expect(states.indexOf('progressing', waits)).toBeGreaterThan(waits);
      expect(states.at(-1)).toBe('upToDate');
    });

    it('says what it waits for', () => {
      const view = views.find(v => v.status.summary === 'for the first image')!;
      expect(view.status.message).toBe(
        '127.0.0.1:15000/acme/payments has no tags yet.',
      );
      expect(view.running).toBeUndefined();
      expect(view.cause).toMatchObject({
        state: 'waiting',
        title: '127.0.0.1:15000/acme/payments has no tags yet',
        ref: { kind: 'ImageRepository', name: 'payments' },
      });
      expect(view.chain.map(s => [s.label, s.state])).toEqual([
        ['Source', 'upToDate'],
        ['Image', 'waiting'],
        ['Automation', 'notReached'],
        ['Kustomization', 'notReached'],
        ['Deployment', 'notReached'],
      ]);
    });

    it('ends with what runs', () => {
      const view = views.at(-1)!;
      expect(view.cause).toBeUndefined();
      expect(view.pending).toBeUndefined();
      expect(view.running).toEqual({
        image: '127.0.0.1:15000/acme/payments',
        tag: 'main-4289d46-1795370674',
        label: 'main-4289d46',
      });
      expect(view.chain.map(s => [s.label, s.state, s.text])).toEqual([
        ['Source', 'upToDate', 'main@1b2537b'],
        ['Image', 'upToDate', 'main-4289d46'],
        ['Automation', 'upToDate', 'committed 1b2537b'],
        ['Kustomization', 'upToDate', 'main@1b2537b'],
        ['Deployment', 'upToDate', 'main-4289d46 · 2/2'],
      ]);
    });

    it('keeps an application as it is while the registry is away', () => {
      const late = replay('first-image', payments).at(-1)!;
      expect(late.status.state).toBe('failing');
      expect(late.cause?.title).toBe(
        'ImageRepository payments can’t scan: the registry cannot be reached',
      );
      expect(late.running?.label).toBe('main-4289d46');
      expect(late.chain.map(s => s.state)).toEqual([
        'upToDate',
        'failing',
        'upToDate',
        'upToDate',
        'upToDate',
      ]);
      expect(
        late.resources
          .filter(r => r.ref.kind !== 'ImageRepository')
          .map(r => r.status.state),
      ).toEqual(Array(10).fill('upToDate'));
    });
  });

  it.each(['lifecycle-annotate', 'lifecycle-webhook'])(
    '%s: an image is published, committed, applied and rolled out',
    run => {
      const files = watchFiles.filter(f => f.startsWith(`watch.${run}.`));
      const [first] = recordedWatch(...files);
      const views = replay(run, 'kustomization:flux-system/apps', {
        // The watches begin with what there is, one after the other.
        from: first.ts + 0.5,
      });
      const states = changes(views.map(v => v.status.state));
      expect(states).not.toContain('failing');
      expect(states.at(-1)).toBe('upToDate');
      const pending = changes(
        views.flatMap(v => (v.pending ? [v.pending.next] : [])),
      );
      expect(pending).toContain('Deployment web is rolling out');
      expect(views.some(v => v.pending?.blocked)).toBe(false);
      expect(views.at(-1)!.pending).toBeUndefined();
    },
  );
});
