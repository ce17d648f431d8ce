import {
  ActionResponse,
  FluxClusterInfo,
  FluxEntityView,
  ReconcileRequest,
  ResourceRef,
  ResumeRequest,
  SuspendRequest,
} from '@backstage-flux/plugin-flux-common';
import { EntityViewAnswer, FluxApi } from '../api';

/** A backend in memory, with an ETag per view; it notes what it is asked for. */
export class FakeFluxApi implements FluxApi {
  clusters: FluxClusterInfo[] = [];
  /** Thrown instead of the next answers, while set. */
  failure?: Error;
  /** What actions say per object; by default they work. */
  actionError?: (ref: ResourceRef) => string | undefined;
  readonly looks: { etag?: string; changed: boolean }[] = [];
  readonly actions: { action: string; request: object }[] = [];
  #view: FluxEntityView;
  #version = 1;

  constructor(view: FluxEntityView) {
    this.#view = view;
  }

  /** The next look sees this. */
  show(view: FluxEntityView) {
    this.#view = view;
    this.#version += 1;
  }

  async listClusters(): Promise<FluxClusterInfo[]> {
    this.#failIfTold();
    return this.clusters;
  }

  async getEntityView(
    _entityRef: string,
    options?: { etag?: string },
  ): Promise<EntityViewAnswer> {
    this.#failIfTold();
    const etag = `"${this.#version}"`;
    const changed = options?.etag !== etag;
    this.looks.push({ etag: options?.etag, changed });
    return changed ? { changed, view: this.#view, etag } : { changed };
  }

  async reconcile(_entityRef: string, request: ReconcileRequest) {
    return this.#act('reconcile', request, request.resources ?? []);
  }

  async suspend(_entityRef: string, request: SuspendRequest) {
    return this.#act('suspend', request, request.resources);
  }

  async resume(_entityRef: string, request: ResumeRequest) {
    return this.#act('resume', request, request.resources);
  }

  #act(action: string, request: object, refs: ResourceRef[]): ActionResponse {
    this.#failIfTold();
    this.actions.push({ action, request });
    return {
      results: refs.map(each => {
        const error = this.actionError?.(each);
        return { ref: each, ok: !error, error };
      }),
    };
  }

  #failIfTold() {
    if (this.failure) {
      throw this.failure;
    }
  }
}
