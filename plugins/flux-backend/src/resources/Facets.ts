import {
  FluxResourceList,
  resourceStates,
} from '@backstage-flux/plugin-flux-common';
import { FacetName, Misfit } from './filter';
import { Row } from './ResourceRows';

const states: readonly string[] = resourceStates;

/** Counts for every filter what it would let through, if all others stay as they are. */
export class Facets {
  readonly #counts: Record<FacetName, Map<string, number>> = {
    state: new Map(),
    kind: new Map(),
    cluster: new Map(),
  };

  add({ projection, status }: Row, misfit: Misfit) {
    if (misfit === 'none' || misfit === 'state') {
      this.#count('state', status.state);
    }
    if (misfit === 'none' || misfit === 'kind') {
      this.#count('kind', projection.ref.kind);
    }
    if (misfit === 'none' || misfit === 'cluster') {
      this.#count('cluster', projection.ref.cluster);
    }
  }

  toJSON(): FluxResourceList['facets'] {
    const byCount = (counts: Map<string, number>) =>
      [...counts]
        .map(([value, count]) => ({ value, count }))
        .sort((a, b) => b.count - a.count || (a.value < b.value ? -1 : 1));
    const { state, kind, cluster } = this.#counts;
    return {
      state: byCount(state).sort(
        (a, b) => states.indexOf(a.value) - states.indexOf(b.value),
      ),
      kind: byCount(kind),
      cluster: byCount(cluster),
    };
  }

  #count(name: FacetName, value: string) {
    const counts = this.#counts[name];
    counts.set(value, (counts.get(value) ?? 0) + 1);
  }
}
