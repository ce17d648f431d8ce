import {
  ActionResponse,
  FluxClusterInfo,
  FluxEntityView,
  ReconcileRequest,
  ResumeRequest,
  SuspendRequest,
} from '@backstage-flux/plugin-flux-common';
import { createApiRef } from '@backstage/frontend-plugin-api';

/**
 * What {@link FluxApi.getEntityView} answers: a view with its version, or that the version the
 * caller has is still the newest.
 *
 * @public
 */
export type EntityViewAnswer =
  | { changed: true; view: FluxEntityView; etag?: string }
  | { changed: false };

/**
 * Client of the flux backend.
 *
 * Every method rejects with a `ResponseError` of `@backstage/errors` when the backend refuses, and
 * with the fetch implementation's own error when it cannot be reached or the call was aborted.
 *
 * @public
 */
export interface FluxApi {
  /** The clusters that the backend is configured with, and how well each can be heard. */
  listClusters(options?: { signal?: AbortSignal }): Promise<FluxClusterInfo[]>;

  /**
   * What Flux does for an entity, in every cluster.
   *
   * @param entityRef - full entity reference, e.g. `component:default/orders`
   * @param options - `etag` of the view that the caller has
   */
  getEntityView(
    entityRef: string,
    options?: { etag?: string; signal?: AbortSignal },
  ): Promise<EntityViewAnswer>;

  /** Asks Flux to look at objects of the entity now. */
  reconcile(
    entityRef: string,
    request: ReconcileRequest,
  ): Promise<ActionResponse>;

  /** Stops Flux from changing objects of the entity, with the reason that everybody sees. */
  suspend(entityRef: string, request: SuspendRequest): Promise<ActionResponse>;

  /** Lets Flux change objects of the entity again. */
  resume(entityRef: string, request: ResumeRequest): Promise<ActionResponse>;
}

/**
 * Reference of the {@link FluxApi}; replace it to reach the backend in another way.
 *
 * @public
 */
export const fluxApiRef = createApiRef<FluxApi>({ id: 'plugin.flux.client' });
