import { Entity, stringifyEntityRef } from '@backstage/catalog-model';
import { parseEntitySelection } from '@backstage-flux/plugin-flux-common';
import { FluxConfig } from '../config';
import { webBaseUrlsOf } from '../webBaseUrlsOf';
import { ResourceStore } from '../store/ResourceStore';
import { LiveEntityView } from './LiveEntityView';
import { RenderedView } from './RenderedView';
import { TopicWatchers } from './TopicWatchers';

// A view is some ten kilobytes
const MAX_VIEWS = 1_000;

/** The views of entities, kept for whoever looks next. */
export class EntityViews {
  readonly #store: ResourceStore;
  readonly #webBaseUrls: Record<string, string>;
  readonly #watchers = new TopicWatchers();
  /** The last used is the last in the order. */
  readonly #views = new Map<string, LiveEntityView>();

  constructor(options: {
    store: ResourceStore;
    gitHosts: FluxConfig['gitHosts'];
  }) {
    this.#store = options.store;
    this.#webBaseUrls = webBaseUrlsOf(options.gitHosts);
    this.#store.subscribe(change => {
      if (change.type === 'object') {
        this.#watchers.tell(change);
        return;
      }
      for (const view of this.#views.values()) {
        if (view.mayBeOn(change.cluster)) {
          view.clusterChanged(change.cluster);
        }
      }
    });
  }

  /** @throws InputError when an annotation of the entity can't be read. */
  async read(entity: Entity): Promise<RenderedView> {
    return this.of(entity).read();
  }

  /**
   * The view of an entity as its annotations are now.
   *
   * @throws InputError when an annotation of the entity can't be read.
   */
  of(entity: Entity): LiveEntityView {
    const selection = parseEntitySelection(entity.metadata.annotations, {
      isCluster:
        entity.kind === 'Resource' &&
        entity.spec?.type === 'kubernetes-cluster',
    });
    const entityRef = stringifyEntityRef(entity);
    const key = JSON.stringify([entityRef, selection]);
    const view =
      this.#views.get(key) ??
      new LiveEntityView({
        entityRef,
        selection,
        store: this.#store,
        watchers: this.#watchers,
        webBaseUrls: this.#webBaseUrls,
      });
    this.#views.delete(key);
    this.#views.set(key, view);
    this.#dropOldest();
    return view;
  }

  #dropOldest() {
    for (const [key, view] of this.#views) {
      if (this.#views.size <= MAX_VIEWS) {
        return;
      }
      if (!view.isWatched) {
        view.close();
        this.#views.delete(key);
      }
    }
  }
}
