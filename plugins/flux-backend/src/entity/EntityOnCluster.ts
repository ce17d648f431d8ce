import { isDeepStrictEqual } from 'node:util';
import {
  buildClusterView,
  ClusterConnection,
  ClusterView,
  EntitySelection,
  kindInfo,
  recordTopics,
  ResourceView,
  selectRoots,
} from '@backstage-flux/plugin-flux-common';
import { mergeMissing } from '../store/mergeMissing';
import { ClusterState, Missing, ResourceStore } from '../store/ResourceStore';
import { TopicWatcher, TopicWatchers } from './TopicWatchers';

/** What is looked at of one cluster for one entity, made again only when it has changed. */
export class EntityOnCluster implements TopicWatcher {
  view?: ClusterView;
  rootIds: string[] = [];
  readonly #state: ClusterState;
  readonly #selection: EntitySelection;
  readonly #store: ResourceStore;
  readonly #watchers: TopicWatchers;
  readonly #webBaseUrls: Record<string, string>;
  readonly #onChange: () => void;
  #topics = new Set<string>();
  #missing: Missing = [];
  #changed = true;

  constructor(options: {
    state: ClusterState;
    selection: EntitySelection;
    store: ResourceStore;
    watchers: TopicWatchers;
    webBaseUrls: Record<string, string>;
    onChange: () => void;
  }) {
    this.#state = options.state;
    this.#selection = options.selection;
    this.#store = options.store;
    this.#watchers = options.watchers;
    this.#webBaseUrls = options.webBaseUrls;
    this.#onChange = options.onChange;
  }

  get state(): ClusterState {
    return this.#state;
  }

  get connection(): ClusterConnection {
    const { connection } = this.#state;
    // A cluster that can't be heard says why once, and nothing of it can be read
    if (connection.state !== 'live') {
      return connection;
    }
    const missing = mergeMissing(connection.missing ?? [], this.#missing);
    return missing.length ? { ...connection, missing } : connection;
  }

  changed() {
    this.#changed = true;
    this.#onChange();
  }

  /** Time has passed: some words tell how long ago something was, and what is looked at is kept watched. */
  async grownOld() {
    const { name } = this.#state.cluster;
    const resources = this.view?.resources ?? [];
    if (resources.length) {
      await this.#store.watchNamespaces(name, this.#namespaces());
    }
    if (resources.some(restarted)) {
      this.changed();
    }
  }

  /** @param now - ISO 8601. */
  async update(now: string) {
    if (!this.#changed) {
      return;
    }
    this.#build(now);
    const namespaces = this.#namespaces();
    if (namespaces.length) {
      const { name } = this.#state.cluster;
      const before = this.#missing;
      this.#missing = await this.#store.watchNamespaces(name, namespaces);
      // What has been read there meanwhile, or can't be, or can be again
      if (this.#changed || !isDeepStrictEqual(this.#missing, before)) {
        this.#build(now);
      }
    }
  }

  close() {
    this.#watchers.delete(this.#state.cluster.name, this.#topics, this);
  }

  #build(now: string) {
    this.#changed = false;
    const { cluster, index } = this.#state;
    const topics = new Set<string>();
    const recorded = recordTopics(index, topic => topics.add(topic));
    const roots = selectRoots(recorded, this.#selection);
    this.rootIds = roots.map(root => root.id);
    this.view = buildClusterView({
      cluster: cluster.name,
      title: cluster.title,
      connection: this.connection,
      projections: recorded,
      selection: this.#selection,
      webBaseUrls: this.#webBaseUrls,
      now,
    });
    this.#watchers.delete(cluster.name, this.#topics, this);
    this.#watchers.add(cluster.name, topics, this);
    this.#topics = topics;
  }

  /** Where the entity's workloads are. */
  #namespaces(): string[] {
    return [
      ...new Set(
        (this.view?.resources ?? [])
          .filter(({ ref }) =>
            ['workload', 'delivery'].includes(
              kindInfo(ref.group, ref.kind)?.category ?? '',
            ),
          )
          .map(({ ref }) => ref.namespace),
      ),
    ];
  }
}

/** Its status tells when that was. */
function restarted({ ref, status }: ResourceView): boolean {
  return ref.kind === 'Pod' && /( ago|just now)$/.test(status.summary);
}
