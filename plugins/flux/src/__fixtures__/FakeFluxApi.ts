import {
  ActionResponse,
  FluxClusterInfo,
  FluxEntityView,
  ReconcileRequest,
  ResourceRef,
  ResumeRequest,
  SuspendRequest,
} from '@backstage-flux/plugin-flux-common';
import { EntityViewAnswer, EntityViewEvent, FluxApi } from '../api';
import { FakeStream } from './FakeStream';

/** A backend in memory, with an ETag per view; it notes what it is asked for. */
export class FakeFluxApi implements FluxApi {
  clusters: FluxClusterInfo[] = [];
  /** Of every cluster. */
  namespaces: string[] = [];
  /** Which namespaces were asked for, `cluster/namespace`. */
  readonly askedNamespaces: string[] = [];
  /** Thrown instead of the next answers, while set. */
  failure?: Error;
  /** Sent instead of the next views of streams, while set. */
  refusal?: Error;
  /** Whether something on the way holds back what streams bring. */
  holdsStreamsBack = false;
  /** What actions say per object; by default they work. */
  actionError?: (ref: ResourceRef) => string | undefined;
  readonly looks: { etag?: string; changed: boolean }[] = [];
  readonly streams: FakeStream[] = [];
  readonly actions: { action: string; request: object }[] = [];
  #view: FluxEntityView;
  #version = 1;

  constructor(view: FluxEntityView) {
    this.#view = view;
  }

  get openStreams(): FakeStream[] {
    return this.streams.filter(each => each.isOpen);
  }

  /** Streams bring this, and the next look sees it. */
  show(view: FluxEntityView) {
    this.#view = view;
    this.#version += 1;
    if (!this.holdsStreamsBack) {
      this.openStreams.forEach(stream => this.#bring(stream));
    }
  }

  /** Ends all streams, as a backend does that restarts. */
  endStreams() {
    this.openStreams.forEach(stream => stream.end());
  }

  async listClusters(): Promise<FluxClusterInfo[]> {
    this.#failIfTold();
    return this.clusters;
  }

  async namespaceExists(
    cluster: string,
    namespace: string,
    _options?: { signal?: AbortSignal },
  ): Promise<boolean> {
    this.askedNamespaces.push(`${cluster}/${namespace}`);
    this.#failIfTold();
    return this.namespaces.includes(namespace);
  }

  async getEntityView(
    entityRef: string,
    options?: { etag?: string; signal?: AbortSignal },
  ): Promise<EntityViewAnswer> {
    this.#failIfTold();
    const etag = this.#etagOf(entityRef);
    const changed = options?.etag !== etag;
    this.looks.push({ etag: options?.etag, changed });
    return changed ? { changed, view: this.#view, etag } : { changed };
  }

  async *streamEntityViews(options: {
    entityRefs: string[];
    etags: string[];
    signal: AbortSignal;
  }): AsyncGenerator<EntityViewEvent> {
    const stream = new FakeStream(options);
    this.streams.push(stream);
    if (this.failure) {
      stream.end();
      throw this.failure;
    }
    if (!this.holdsStreamsBack) {
      this.#bring(stream);
    }
    yield* stream.events();
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

  #bring(stream: FakeStream) {
    for (const entityRef of stream.entityRefs) {
      const etag = this.#etagOf(entityRef);
      if (this.refusal) {
        stream.send({ type: 'failed', entityRef, error: this.refusal });
      } else if (stream.etags.includes(etag)) {
        stream.send({ type: 'unchanged', entityRef });
      } else {
        stream.send({ type: 'view', entityRef, view: this.#view, etag });
      }
    }
  }

  #etagOf(entityRef: string): string {
    return `"${entityRef}-${this.#version}"`;
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
