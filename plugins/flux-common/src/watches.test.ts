import { recordedWatch } from './__fixtures__/recordings';
import { replay as replayWithTimes } from './__fixtures__/replay';
import type { ResourceState } from './api';
import { project } from './projection/project';
import { resourceStatus } from './status';

const replay = (...args: Parameters<typeof replayWithTimes>) =>
  replayWithTimes(...args).map(({ view }) => view);

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

describe('replayed watches', () => {
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
      const views = replay(run, 'kustomization:flux-system/apps');
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
