import { topicsOf } from '@backstage-flux/plugin-flux-common';
import { StoreChange } from '../store/ResourceStore';

/** Whoever made something from the answers of an index. */
export interface TopicWatcher {
  /** Something in the answers has changed. */
  changed(): void;
}

/** Knows who made something from which answers of a cluster's index, and tells them when those change. */
export class TopicWatchers {
  readonly #clusters = new Map<string, Map<string, Set<TopicWatcher>>>();

  add(cluster: string, topics: Iterable<string>, watcher: TopicWatcher) {
    const watchers = this.#clusters.get(cluster) ?? new Map();
    this.#clusters.set(cluster, watchers);
    for (const topic of topics) {
      const all = watchers.get(topic);
      if (all) {
        all.add(watcher);
      } else {
        watchers.set(topic, new Set([watcher]));
      }
    }
  }

  delete(cluster: string, topics: Iterable<string>, watcher: TopicWatcher) {
    const watchers = this.#clusters.get(cluster);
    for (const topic of topics) {
      const all = watchers?.get(topic);
      all?.delete(watcher);
      if (all?.size === 0) {
        watchers?.delete(topic);
      }
    }
  }

  tell({ cluster, before, after }: Extract<StoreChange, { type: 'object' }>) {
    const watchers = this.#clusters.get(cluster);
    if (!watchers?.size) {
      return;
    }
    for (const p of [before, after]) {
      for (const topic of p ? topicsOf(p) : []) {
        watchers.get(topic)?.forEach(watcher => watcher.changed());
      }
    }
  }
}
