import { Entity } from '@backstage/catalog-model';
import { NotFoundError } from '@backstage/errors';
import {
  describeRef,
  FluxResourceDetail,
  ResourceRef,
  resourceId,
  ResourceView,
  singleResourceView,
} from '@backstage-flux/plugin-flux-common';
import { FluxConfig } from '../config';
import { EntityViews } from '../entity/EntityViews';
import { ResourceStore } from '../store/ResourceStore';
import { listedKinds } from './listedKinds';
import { LogOptions, ResourceReads } from './ResourceReads';
import { webBaseUrlsOf } from '../webBaseUrlsOf';

/** Single objects in detail: those of an entity, for who may see the entity, and those of clusters. */
export class ResourceDetails {
  readonly #store: ResourceStore;
  readonly #views: EntityViews;
  readonly #reads: ResourceReads;
  readonly #webBaseUrls: Record<string, string>;

  constructor(options: {
    store: ResourceStore;
    views: EntityViews;
    reads: ResourceReads;
    gitHosts: FluxConfig['gitHosts'];
  }) {
    this.#store = options.store;
    this.#views = options.views;
    this.#reads = options.reads;
    this.#webBaseUrls = webBaseUrlsOf(options.gitHosts);
  }

  /** @throws NotFoundError when the object isn't part of the entity's view; and as ResourceReads does. */
  async ofEntity(
    entity: Entity,
    ref: ResourceRef,
  ): Promise<FluxResourceDetail> {
    const resource = await this.#find(entity, ref);
    return { resource, ...(await this.#reads.object(ref)) };
  }

  /** @throws as {@link ResourceDetails.ofEntity}. */
  async logOfEntity(
    entity: Entity,
    ref: ResourceRef,
    options: LogOptions,
  ): Promise<string> {
    await this.#find(entity, ref);
    if (ref.group !== '' || ref.kind !== 'Pod') {
      throw new NotFoundError(
        `A ${ref.kind} has no log; ask for the log of one of its Pods`,
      );
    }
    return this.#reads.log(ref, options);
  }

  /** @throws NotFoundError when the object can't be listed; and as ResourceReads does. */
  async ofCluster(ref: ResourceRef): Promise<FluxResourceDetail> {
    const clusters = await this.#store.clusters();
    const index = clusters.find(
      ({ cluster }) => cluster.name === ref.cluster,
    )?.index;
    const projection = listedKinds.has(ref.kind) ? index?.find(ref) : undefined;
    if (!index || !projection) {
      throw new NotFoundError(
        `There is no ${describeRef(ref)} in cluster ${
          ref.cluster
        } that Flux knows or has applied`,
      );
    }
    const resource = singleResourceView(projection, {
      index,
      now: new Date().toISOString(),
      webBaseUrls: this.#webBaseUrls,
    });
    return { resource, ...(await this.#reads.object(ref)) };
  }

  async #find(entity: Entity, ref: ResourceRef): Promise<ResourceView> {
    const { view } = await this.#views.read(entity);
    const id = resourceId(ref);
    const found = view.clusters
      .flatMap(cluster => cluster.resources)
      .find(resource => resource.id === id);
    if (!found) {
      throw new NotFoundError(
        `${describeRef(ref)} in cluster ${
          ref.cluster
        } isn’t among the objects of ${view.entityRef}`,
      );
    }
    return found;
  }
}
