import type { ClusterView } from '../api';
import { buildClusterView } from '../entityView';
import type { Projection } from '../projection/types';
import { project } from '../projection/project';
import { parseEntitySelection } from '../selection';
import { recordedWatch, watchFiles, type WatchEvent } from './recordings';

const now = '2026-11-22T18:10:00Z';

/** A watch begins with what there is, one object after the other and one kind after the other. */
const FIRST_LIST_S = 0.5;

/** A run’s events, what there was at first before what changed. */
export function recordedRun(run: string): {
  first: WatchEvent[];
  then: WatchEvent[];
} {
  const events = recordedWatch(
    ...watchFiles.filter(f => f.startsWith(`watch.${run}.`)),
  );
  const isFirst = ({ type, ts }: WatchEvent) =>
    type === 'ADDED' && ts <= events[0].ts + FIRST_LIST_S;
  return {
    first: events.filter(isFirst),
    then: events.filter(e => !isFirst(e)),
  };
}

/** An entity's view in one cluster, at first and after every event of a run. */
export function replay(
  run: string,
  resources: string,
  { until = Infinity }: { until?: number } = {},
): { ts: number; view: ClusterView }[] {
  const store = new Map<string, Projection>();
  const selection = parseEntitySelection({ 'fluxcd.io/resources': resources })!;
  const take = ({ type, object }: WatchEvent) => {
    const projection = project('test', object);
    if (type === 'DELETED') store.delete(projection.id);
    else store.set(projection.id, projection);
  };
  const { first, then } = recordedRun(run);
  first.slice(0, -1).forEach(take);
  return [...first.slice(-1), ...then]
    .filter(({ ts }) => ts <= until)
    .flatMap(event => {
      take(event);
      const view = buildClusterView({
        cluster: 'test',
        connection: { state: 'live', since: now },
        projections: store.values(),
        selection,
        now,
      });
      return view ? [{ ts: event.ts, view }] : [];
    });
}
