import { runs } from './__fixtures__/recordings';
import { recordedRun } from './__fixtures__/replay';
import { buildClusterView } from './clusterView';
import { project } from './projection/project';
import type { Projection } from './projection/types';
import {
  createProjectionIndex,
  LiveProjectionIndex,
  type ProjectionIndex,
} from './projectionIndex';
import { recordTopics, topicsOf } from './projectionTopics';
import { parseEntitySelection } from './selection';

const now = '2026-11-22T18:10:00Z';

const annotations: Record<string, string>[] = [
  { 'fluxcd.io/resources': 'kustomization:flux-system/apps' },
  { 'fluxcd.io/resources': 'kustomization:payments/payments' },
  { 'fluxcd.io/resources': 'helmrelease:shop/hello' },
  { 'backstage.io/kubernetes-label-selector': 'app=web' },
  { 'backstage.io/kubernetes-label-selector': 'app,app!=web' },
  { 'backstage.io/kubernetes-label-selector': 'app!=web' },
];
const selections = annotations.map(each => parseEntitySelection(each)!);

function viewOf(index: ProjectionIndex, selection: (typeof selections)[0]) {
  const view = buildClusterView({
    cluster: 'test',
    connection: { state: 'live', since: now },
    projections: index,
    selection,
    now,
  });
  return JSON.stringify(view ?? 'nothing of it');
}

/** What an index says of each of its objects. */
function answers(index: ProjectionIndex) {
  const ids = (found: Projection[]) => found.map(({ id }) => id);
  return index
    .all()
    .map(p => [
      p,
      ids(index.appliedBy(p)),
      ids(index.ownedBy(p)),
      ids(index.namedBy(p.ref)),
      ids(index.ofKind(p.ref.kind)),
      ids(index.ofKind(p.ref.kind, new Set([p.ref.namespace]))),
      Object.keys(p.labels).map(key => ids(index.withLabel(key))),
    ]);
}

describe.each(runs)('an index that follows the recorded run %s', run => {
  const { first, then } = recordedRun(run);
  const events = [...first, ...then];

  it('says after all changes what an index that is made anew says', () => {
    const live = new LiveProjectionIndex();
    const store = new Map<string, Projection>();
    for (const { type, object } of events) {
      const p = project('test', object);
      if (type === 'DELETED') {
        live.delete(p.ref);
        store.delete(p.id);
      } else {
        live.put(p);
        store.set(p.id, p);
      }
    }
    expect(answers(live)).toEqual(
      answers(createProjectionIndex(store.values())),
    );
    expect(live.size).toBe(store.size);
  });

  it('tells of every change that changes a view, by its topics', () => {
    const live = new LiveProjectionIndex();
    const made = selections.map(selection => ({
      selection,
      topics: new Set<string>(),
      view: undefined as string | undefined,
    }));
    const spared: string[] = [];
    const anew: string[] = [];
    for (const { type, object } of events) {
      const after = project('test', object);
      const before =
        type === 'DELETED' ? live.delete(after.ref) : live.put(after);
      const told = [before, type === 'DELETED' ? undefined : after].flatMap(p =>
        p ? topicsOf(p) : [],
      );
      for (const each of made) {
        const touched = told.some(topic => each.topics.has(topic));
        if (each.view === undefined || touched) {
          each.topics.clear();
          each.view = viewOf(
            recordTopics(live, topic => each.topics.add(topic)),
            each.selection,
          );
        } else {
          spared.push(each.view);
          anew.push(viewOf(live, each.selection));
        }
      }
    }
    expect(spared.length).toBeGreaterThan(0);
    expect(spared).toEqual(anew);
  });
});
