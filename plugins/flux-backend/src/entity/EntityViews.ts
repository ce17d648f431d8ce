import { Entity, stringifyEntityRef } from '@backstage/catalog-model';
import {
  buildEntityView,
  createProjectionIndex,
  FluxEntityView,
  parseEntitySelection,
  selectRoots,
} from '@backstage-flux/plugin-flux-common';
import { FluxConfig } from '../config';
import { ResourceStore } from '../store/ResourceStore';
import { readClusters } from './readClusters';

/** A view, and which of its objects the entity itself names. */
export interface EntityViewWithRoots {
  view: FluxEntityView;
  /** Ids. */
  roots: Set<string>;
}

/** Builds the views of entities from what the store knows. */
export class EntityViews {
  readonly #store: ResourceStore;
  readonly #webBaseUrls: Record<string, string>;

  constructor(options: {
    store: ResourceStore;
    gitHosts: FluxConfig['gitHosts'];
  }) {
    this.#store = options.store;
    this.#webBaseUrls = Object.fromEntries(
      options.gitHosts.map(({ host, webUrl }) => [host, webUrl]),
    );
  }

  /** @throws InputError when an annotation of the entity can't be read. */
  async read(entity: Entity): Promise<EntityViewWithRoots> {
    const selection = parseEntitySelection(entity.metadata.annotations);
    const snapshots = selection
      ? await readClusters(this.#store, selection)
      : [];
    const indexed = snapshots.map(snapshot => ({
      ...snapshot,
      index: createProjectionIndex(snapshot.objects),
    }));
    const view = buildEntityView({
      entityRef: stringifyEntityRef(entity),
      selection,
      clusters: indexed.map(({ cluster, connection, index }) => ({
        cluster: cluster.name,
        title: cluster.title,
        connection,
        projections: index,
        webBaseUrls: this.#webBaseUrls,
      })),
      now: new Date().toISOString(),
    });
    const roots = selection
      ? indexed.flatMap(({ index }) => selectRoots(index, selection))
      : [];
    return { view, roots: new Set(roots.map(root => root.id)) };
  }
}
