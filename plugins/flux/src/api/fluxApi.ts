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
 * What {@link FluxApi.streamEntityViews} tells.
 *
 * - `view`: this is the entity's view now.
 * - `unchanged`: the view that the caller has is the newest. Comes only where a first `view` would.
 * - `failed`: the entity has no view, e.g. `NotAllowedError` or `NotFoundError`. The stream goes on,
 *   and a later `view` means that it is well again.
 * - `alive`: there is nothing to tell, and the backend is still there.
 *
 * @public
 */
export type EntityViewEvent =
  | { type: 'view'; entityRef: string; view: FluxEntityView; etag: string }
  | { type: 'unchanged'; entityRef: string }
  | { type: 'failed'; entityRef: string; error: Error }
  | { type: 'alive' };

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
   * Whether a cluster has a namespace, as it is at that moment.
   *
   * @param cluster - name of a cluster
   * @param namespace - a DNS label, as names of namespaces are
   */
  namespaceExists(
    cluster: string,
    namespace: string,
    options?: { signal?: AbortSignal },
  ): Promise<boolean>;

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

  /**
   * What Flux does for entities, and each change of it.
   *
   * An entity's first event is its view, unless `etags` has the version. At least every 15 seconds
   * there is some event; a caller that hears nothing for much longer has lost the connection, and is
   * not told. Iterating ends without an error when the backend ends the stream, as it does when the
   * token that the stream was opened with expires: open another. Nothing is retried here.
   *
   * @param options - `entityRefs`: 1 to 50 full entity references, lower case; `etags`: of the views
   *   that the caller has, as this method and {@link FluxApi.getEntityView} gave them
   */
  streamEntityViews(options: {
    entityRefs: string[];
    etags: string[];
    signal: AbortSignal;
  }): AsyncIterable<EntityViewEvent>;

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
