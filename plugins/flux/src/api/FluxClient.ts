import {
  ActionResponse,
  FluxApiPaths,
  FluxClusterInfo,
  ReconcileRequest,
  ResumeRequest,
  SuspendRequest,
} from '@backstage-flux/plugin-flux-common';
import { parseEntityRef } from '@backstage/catalog-model';
import { ResponseError } from '@backstage/errors';
import { FetchApi } from '@backstage/core-plugin-api';
import createClient, { Client } from 'openapi-fetch';
import { readEntityViewEvents } from './entityViewEvents';
import { EntityViewAnswer, EntityViewEvent, FluxApi } from './fluxApi';

/**
 * The {@link FluxApi} over the flux backend's HTTP API, as its OpenAPI document describes it.
 *
 * @public
 */
export class FluxClient implements FluxApi {
  readonly #client: Client<FluxApiPaths>;

  static create(options: { fetchApi: FetchApi }): FluxClient {
    return new FluxClient(options.fetchApi);
  }

  private constructor(fetchApi: FetchApi) {
    this.#client = createClient<FluxApiPaths>({
      baseUrl: 'plugin://flux',
      fetch: request => send(fetchApi, request),
    });
  }

  async listClusters(options?: {
    signal?: AbortSignal;
  }): Promise<FluxClusterInfo[]> {
    const { data } = await this.#client.request('get', '/clusters', {
      signal: options?.signal,
    });
    return data!.items;
  }

  async namespaceExists(
    cluster: string,
    namespace: string,
    options?: { signal?: AbortSignal },
  ): Promise<boolean> {
    const { data } = await this.#client.request(
      'get',
      '/clusters/{cluster}/namespaces/{namespace}',
      {
        params: { path: { cluster, namespace } },
        signal: options?.signal,
      },
    );
    return data!.exists;
  }

  async getEntityView(
    entityRef: string,
    options?: { etag?: string; signal?: AbortSignal },
  ): Promise<EntityViewAnswer> {
    const { data, response } = await this.#client.request(
      'get',
      '/entities/{namespace}/{kind}/{name}',
      {
        params: { path: pathOf(entityRef) },
        signal: options?.signal,
        // The ETag is handled here, where a 304 means "nothing to render"; the browser's cache would
        // turn it into a 200 with a body to compare.
        cache: 'no-store',
        headers: options?.etag ? { 'If-None-Match': options.etag } : {},
      },
    );
    return data
      ? {
          changed: true,
          view: data,
          etag: response.headers.get('ETag') ?? undefined,
        }
      : { changed: false };
  }

  async *streamEntityViews(options: {
    entityRefs: string[];
    etags: string[];
    signal: AbortSignal;
  }): AsyncGenerator<EntityViewEvent> {
    const { entityRefs, etags, signal } = options;
    const { response } = await this.#client.request('get', '/stream', {
      params: { query: { entity: entityRefs } },
      parseAs: 'stream',
      signal,
      cache: 'no-store',
      headers: {
        Accept: 'text/event-stream',
        ...(etags.length > 0 && {
          'Last-Event-ID': etags.map(withoutQuotes).join(','),
        }),
      },
    });
    yield* readEntityViewEvents(response);
  }

  async reconcile(
    entityRef: string,
    body: ReconcileRequest,
  ): Promise<ActionResponse> {
    const { data } = await this.#client.request(
      'post',
      '/entities/{namespace}/{kind}/{name}/actions/reconcile',
      { params: { path: pathOf(entityRef) }, body },
    );
    return data!;
  }

  async suspend(
    entityRef: string,
    body: SuspendRequest,
  ): Promise<ActionResponse> {
    const { data } = await this.#client.request(
      'post',
      '/entities/{namespace}/{kind}/{name}/actions/suspend',
      { params: { path: pathOf(entityRef) }, body },
    );
    return data!;
  }

  async resume(
    entityRef: string,
    body: ResumeRequest,
  ): Promise<ActionResponse> {
    const { data } = await this.#client.request(
      'post',
      '/entities/{namespace}/{kind}/{name}/actions/resume',
      { params: { path: pathOf(entityRef) }, body },
    );
    return data!;
  }
}

/**
 * Sends what openapi-fetch wants to send. As a `Request` its body would be a stream once Backstage has put
 * the plugin's address in it, and browsers send streams over HTTP/2 only. Errors keep Backstage's form.
 */
async function send(fetchApi: FetchApi, request: Request): Promise<Response> {
  const { url, method, headers, signal, cache } = request;
  const response = await fetchApi.fetch(url, {
    method,
    headers,
    signal,
    cache,
    body: method === 'GET' ? undefined : await request.text(),
  });
  if (!response.ok && response.status !== 304) {
    throw await ResponseError.fromResponse(response);
  }
  return response;
}

/** The tag of an ETag header, which a proxy that compresses marks as weak. */
function withoutQuotes(etag: string): string {
  return etag.replace(/^(W\/)?"(.*)"$/, '$2');
}

function pathOf(entityRef: string) {
  const { namespace, kind, name } = parseEntityRef(entityRef);
  const lower = (part: string) => part.toLocaleLowerCase('en-US');
  return {
    namespace: lower(namespace),
    kind: lower(kind),
    name: lower(name),
  };
}
