import {
  createStatuses,
  Projection,
  ProjectionIndex,
  ResourceStatus,
} from '@backstage-flux/plugin-flux-common';
import { ClusterState } from '../store/ResourceStore';
import { Breather } from './Breather';
import { deliveryKinds, listedKinds } from './listedKinds';

/** One object with what lists are made by. */
export interface Row {
  readonly projection: Projection;
  readonly status: ResourceStatus;
  /** Where words are searched; made when first searched. */
  text?: string;
}

interface Known {
  rows: Promise<Row[]>;
  /** Another one is of a cluster that has gone and come again. */
  index: ProjectionIndex;
  version: number;
  /** Not made again before. */
  freshUntil: number;
}

const MIN_AGE_MS = 1_000;
// A cluster that changes all the time may have a fifth of one core for its lists
const REST_FACTOR = 4;

/**
 * The states of all objects of clusters. An object's state depends on others, so a cluster's are made anew
 * when something of it has changed and somebody asks, but not more than once a second.
 */
export class ResourceRows {
  readonly #known = new Map<string, Known>();

  /** With `all`, also of what Flux applies. */
  read(
    state: ClusterState,
    options: { all: boolean; breather: Breather },
  ): Promise<Row[]> {
    const key = `${options.all} ${state.cluster.name}`;
    const known = this.#known.get(key);
    if (
      known?.index === state.index &&
      (known.version === state.version || performance.now() < known.freshUntil)
    ) {
      return known.rows;
    }
    const begun = performance.now();
    const made: Known = {
      rows: makeRows(state, options),
      index: state.index,
      version: state.version,
      freshUntil: Infinity,
    };
    this.#known.set(key, made);
    made.rows.then(
      () => {
        const now = performance.now();
        made.freshUntil =
          now + Math.max(MIN_AGE_MS, REST_FACTOR * (now - begun));
      },
      () => this.#known.delete(key),
    );
    return made.rows;
  }

  /** Lets go of clusters that are not there any more. */
  keepOnly(clusters: readonly ClusterState[]) {
    const names = new Set(clusters.map(({ cluster }) => cluster.name));
    for (const key of this.#known.keys()) {
      if (!names.has(key.slice(key.indexOf(' ') + 1))) {
        this.#known.delete(key);
      }
    }
  }
}

async function makeRows(
  state: ClusterState,
  { all, breather }: { all: boolean; breather: Breather },
): Promise<Row[]> {
  const statusOf = createStatuses({
    index: state.index,
    now: new Date().toISOString(),
  });
  const rows: Row[] = [];
  for (const kind of all ? listedKinds : deliveryKinds) {
    for (const projection of state.index.ofKind(kind)) {
      rows.push({ projection, status: statusOf(projection) });
      if (breather.due) {
        await breather.rest();
      }
    }
  }
  return rows;
}
