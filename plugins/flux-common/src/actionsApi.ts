import type { ResourceRef } from './api';

/**
 * Body of `POST /entities/:namespace/:kind/:name/actions/reconcile`.
 *
 * @public
 */
export interface ReconcileRequest {
  /** Which objects; they must belong to the entity's view. Left out: the entity's roots in every cluster, or in `cluster`. */
  resources?: ResourceRef[];
  cluster?: string;
  /** Reconcile the sources of these objects first. */
  withSource?: boolean;
}

/**
 * Body of `POST …/actions/suspend`.
 *
 * @public
 */
export interface SuspendRequest {
  resources: ResourceRef[];
  /** Why, 1 to 280 characters; shown to everybody who sees the object. */
  reason: string;
}

/**
 * Body of `POST …/actions/resume`.
 *
 * @public
 */
export interface ResumeRequest {
  resources: ResourceRef[];
}

/**
 * Answer of the three actions. An action on several objects may succeed for some.
 *
 * @public
 */
export interface ActionResponse {
  results: {
    ref: ResourceRef;
    ok: boolean;
    /** Plain words, when not ok. */
    error?: string;
  }[];
}
