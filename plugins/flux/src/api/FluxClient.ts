import {
  ActionResponse,
  FluxClusterInfo,
  FluxEntityView,
  ReconcileRequest,
  ResumeRequest,
  SuspendRequest,
} from '@backstage-flux/plugin-flux-common';
import { parseEntityRef } from '@backstage/catalog-model';
import { ResponseError } from '@backstage/errors';
import { FetchApi } from '@backstage/core-plugin-api';
import { EntityViewAnswer, FluxApi } from './fluxApi';

/**
 * The {@link FluxApi} over the flux backend's HTTP API.
 *
 * @public
 */
export class FluxClient implements FluxApi {
  readonly #fetch: FetchApi['fetch'];

  static create(options: { fetchApi: FetchApi }): FluxClient {
    return new FluxClient(options.fetchApi);
  }

  private constructor(fetchApi: FetchApi) {
    this.#fetch = (input, init) => fetchApi.fetch(input, init);
  }

  async listClusters(options?: {
    signal?: AbortSignal;
  }): Promise<FluxClusterInfo[]> {
    const response = await this.#fetch('plugin://flux/clusters', {
      signal: options?.signal,
    });
    if (!response.ok) {
      throw await ResponseError.fromResponse(response);
    }
    const { items }: { items: FluxClusterInfo[] } = await response.json();
    return items;
  }

  async getEntityView(
    entityRef: string,
    options?: { etag?: string; signal?: AbortSignal },
  ): Promise<EntityViewAnswer> {
    const response = await this.#fetch(entityUrl(entityRef), {
      signal: options?.signal,
      // The ETag is handled here, where a 304 means "nothing to render"; the browser's cache would
      // turn it into a 200 with a body to compare.
      cache: 'no-store',
      headers: options?.etag ? { 'If-None-Match': options.etag } : {},
    });
    if (response.status === 304) {
      return { changed: false };
    }
    if (!response.ok) {
      throw await ResponseError.fromResponse(response);
    }
    const view: FluxEntityView = await response.json();
    return {
      changed: true,
      view,
      etag: response.headers.get('ETag') ?? undefined,
    };
  }

  reconcile(entityRef: string, request: ReconcileRequest) {
    return this.#act(entityRef, 'reconcile', request);
  }

  suspend(entityRef: string, request: SuspendRequest) {
    return this.#act(entityRef, 'suspend', request);
  }

  resume(entityRef: string, request: ResumeRequest) {
    return this.#act(entityRef, 'resume', request);
  }

  async #act(
    entityRef: string,
    action: string,
    request: object,
  ): Promise<ActionResponse> {
    const response = await this.#fetch(
      `${entityUrl(entityRef)}/actions/${action}`,
      {
        method: 'POST',
        headers: { 'Content-Type': 'application/json' },
        body: JSON.stringify(request),
      },
    );
    if (!response.ok) {
      throw await ResponseError.fromResponse(response);
    }
    return response.json();
  }
}

function entityUrl(entityRef: string): string {
  const { namespace, kind, name } = parseEntityRef(entityRef);
  const path = [namespace, kind, name]
    .map(part => encodeURIComponent(part.toLocaleLowerCase('en-US')))
    .join('/');
  return `plugin://flux/entities/${path}`;
}
