import {
  buildClusterView,
  createProjectionIndex,
  EntitySelection,
  joinClusterViews,
  selectsCluster,
  unknownClusters,
} from '@backstage-flux/plugin-flux-common';
import { ClusterState, ResourceStore } from '../store/ResourceStore';
import { EntityOnCluster } from './EntityOnCluster';
import { RenderedView } from './RenderedView';
import { TopicWatchers } from './TopicWatchers';

// Some words tell how long ago something was, and what is looked at has to be kept watched
const MAX_AGE_MS = 60_000;
/** Changes that come together are looked at together. */
const GATHER_MS = 20;
/** How often listeners are told at most. */
const PACE_MS = 200;

// Nothing tells since when an annotation is wrong
const STARTED = new Date().toISOString();

export interface LiveEntityViewOptions {
  entityRef: string;
  selection?: EntitySelection;
  store: ResourceStore;
  watchers: TopicWatchers;
  webBaseUrls: Record<string, string>;
}

/** The view of one entity, made again cluster by cluster as far as something in it has changed. */
export class LiveEntityView {
  readonly #options: LiveEntityViewOptions;
  readonly #clusters = new Map<ClusterState, EntityOnCluster>();
  readonly #listeners = new Set<(view: RenderedView) => void>();
  #rendered?: RenderedView;
  /** What listeners know. */
  #told?: RenderedView;
  #changed = true;
  #madeAt = -Infinity;
  #keptAt = performance.now();
  #making?: Promise<RenderedView>;
  #timer?: NodeJS.Timeout;

  constructor(options: LiveEntityViewOptions) {
    this.#options = options;
  }

  get isWatched(): boolean {
    return this.#listeners.size > 0;
  }

  /** Whether the entity may have objects in a cluster. */
  mayBeOn(cluster: string): boolean {
    const { selection } = this.#options;
    return selection !== undefined && selectsCluster(selection, cluster);
  }

  /** The view as it is now. */
  async read(): Promise<RenderedView> {
    if (performance.now() - this.#keptAt > MAX_AGE_MS) {
      this.#keptAt = performance.now();
      await Promise.all(
        [...this.#clusters.values()].map(part => part.grownOld()),
      );
    }
    return this.#changed || !this.#rendered ? this.#make() : this.#rendered;
  }

  /** Calls back with each view that differs from the one before, until the returned function is called. */
  subscribe(listener: (view: RenderedView) => void): () => void {
    this.#listeners.add(listener);
    if (this.#listeners.size === 1) {
      this.#told = undefined;
      this.#wakeIn(GATHER_MS);
    }
    return () => {
      this.#listeners.delete(listener);
      if (!this.#listeners.size) {
        clearTimeout(this.#timer);
      }
    };
  }

  /** A cluster came or went, or its connection has changed. */
  clusterChanged(cluster: string) {
    for (const [{ cluster: known }, part] of this.#clusters) {
      if (known.name === cluster) {
        part.changed();
      }
    }
    this.#onChange();
  }

  close() {
    clearTimeout(this.#timer);
    for (const part of this.#clusters.values()) {
      part.close();
    }
  }

  readonly #onChange = () => {
    if (!this.#changed) {
      this.#changed = true;
      this.#wakeIn(
        Math.max(GATHER_MS, this.#madeAt + PACE_MS - performance.now()),
      );
    }
  };

  #wakeIn(ms: number) {
    clearTimeout(this.#timer);
    if (this.#listeners.size) {
      this.#timer = setTimeout(() => void this.#tell(), ms);
    }
  }

  async #tell() {
    // Once the clusters have been listed nothing rejects, and before nobody subscribes
    const view = await this.read();
    if (view !== this.#told) {
      this.#told = view;
      this.#listeners.forEach(listener => listener(view));
    }
    this.#wakeIn(this.#changed ? PACE_MS : MAX_AGE_MS);
  }

  #make(): Promise<RenderedView> {
    this.#making ??= this.#render().finally(() => {
      this.#making = undefined;
    });
    return this.#making;
  }

  async #render(): Promise<RenderedView> {
    const { store, entityRef, selection } = this.#options;
    const states = selection ? await store.clusters() : [];
    this.#changed = false;
    this.#madeAt = performance.now();
    const parts = this.#partsOf(
      states.filter(({ cluster }) => this.mayBeOn(cluster.name)),
    );
    const now = new Date().toISOString();
    await Promise.all(parts.map(part => part.update(now)));
    const view = joinClusterViews({
      entityRef,
      selection,
      clusters: [
        ...parts.map(({ state, connection, view: on }) => ({
          cluster: state.cluster.name,
          title: state.cluster.title,
          connection,
          index: state.index,
          view: on,
        })),
        ...(selection ? unconfigured(selection, states, now) : []),
      ],
    });
    const rendered = new RenderedView(
      view,
      new Set(parts.flatMap(part => part.rootIds)),
    );
    if (rendered.etag !== this.#rendered?.etag) {
      this.#rendered = rendered;
    }
    return this.#rendered!;
  }

  #partsOf(states: ClusterState[]): EntityOnCluster[] {
    for (const [state, part] of this.#clusters) {
      if (!states.includes(state)) {
        part.close();
        this.#clusters.delete(state);
      }
    }
    return states.map(state => {
      let part = this.#clusters.get(state);
      if (!part) {
        part = new EntityOnCluster({
          ...this.#options,
          selection: this.#options.selection!,
          state,
          onChange: this.#onChange,
        });
        this.#clusters.set(state, part);
      }
      return part;
    });
  }
}

/** Clusters that the entity names and nobody has configured: nothing is known of them but that. */
function unconfigured(
  selection: EntitySelection,
  states: readonly ClusterState[],
  now: string,
) {
  const names = states.map(({ cluster }) => cluster.name);
  return unknownClusters(selection, names).map(({ cluster, message }) => {
    const index = createProjectionIndex([]);
    const connection = {
      state: 'down' as const,
      since: STARTED,
      reason: message,
    };
    const view = buildClusterView({
      cluster,
      connection,
      projections: index,
      selection,
      now,
    });
    return { cluster, connection, index, view };
  });
}
