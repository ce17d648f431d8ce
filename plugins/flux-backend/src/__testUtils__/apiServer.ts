import { createServer, IncomingMessage, ServerResponse } from 'node:http';
import { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { fluxKinds } from '@backstage-flux/plugin-flux-common';
import { KubernetesObject } from './recordings';

export type Fault =
  | 'hang'
  | { status: number; message: string; headers?: Record<string, string> };

export interface ApiServer {
  url: string;
  objects: KubernetesObject[];
  /** `METHOD path?query`, in the order of arrival. */
  requests: string[];
  /** Answers instead of the server; undefined lets a request through. */
  fault: (method: string, path: string) => Fault | undefined;
  find(kind: string, name: string): KubernetesObject;
  close(): Promise<void>;
}

/** A small Kubernetes API: discovery, paged LIST and merge patch over objects in memory. */
export async function startApiServer(
  objects: KubernetesObject[],
  options: { token?: string; maxPage?: number; aggregated?: boolean } = {},
): Promise<ApiServer> {
  const server = createServer();
  const api: ApiServer = {
    url: '',
    objects: structuredClone(objects),
    requests: [],
    fault: () => undefined,
    find: (kind, name) =>
      api.objects.find(o => o.kind === kind && o.metadata.name === name)!,
    close: () =>
      new Promise(resolve => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
  server.on('request', async (request, response) => {
    const { method = 'GET', url = '/' } = request;
    api.requests.push(`${method} ${url}`);
    const fault = api.fault(method, url);
    if (fault === 'hang') {
      return;
    }
    if (fault) {
      answer(response, fault.status, status(fault), fault.headers);
    } else if (request.headers.authorization !== `Bearer ${options.token}`) {
      const message = 'Unauthorized';
      answer(response, 401, status({ status: 401, message }));
    } else {
      await handle(api, request, response, options);
    }
  });
  await new Promise<void>(resolve =>
    server.listen(0, '127.0.0.1', () => resolve()),
  );
  api.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return api;
}

async function handle(
  api: ApiServer,
  request: IncomingMessage,
  response: ServerResponse,
  { maxPage = 500, aggregated }: { maxPage?: number; aggregated?: boolean },
) {
  const url = new URL(request.url!, 'http://localhost');
  const asked = request.headers.accept ?? '';
  const discovery =
    aggregated && url.pathname === '/apis' && asked.includes('apidiscovery')
      ? discoverAll(api)
      : discover(api, url.pathname);
  if (discovery) {
    answer(response, 200, discovery);
    return;
  }
  const [, group = '', version, namespace, plural, name] =
    /^\/(?:api|apis\/([^/]+))\/([^/]+)(?:\/namespaces\/([^/]+))?\/([^/]+)(?:\/([^/]+))?$/.exec(
      url.pathname,
    ) ?? [];
  const apiVersion = group ? `${group}/${version}` : version;
  const kind = fluxKinds.find(k => k.group === group && k.plural === plural);
  const found = api.objects.filter(
    o =>
      o.apiVersion === apiVersion &&
      o.kind === kind?.kind &&
      (!namespace || o.metadata.namespace === namespace) &&
      (!name || o.metadata.name === name),
  );
  if (name && !found.length) {
    const message = `${plural} "${name}" not found`;
    answer(response, 404, status({ status: 404, message }));
  } else if (name) {
    if (request.method === 'PATCH') {
      merge(found[0], JSON.parse(await text(request)));
    }
    answer(response, 200, found[0]);
  } else {
    answer(response, 200, page(found, url.searchParams, maxPage));
  }
}

function page(
  found: KubernetesObject[],
  query: URLSearchParams,
  maxPage: number,
) {
  const label = query.get('labelSelector');
  const all = found.filter(o => !label || o.metadata.labels?.[label]);
  const start = Number(query.get('continue') ?? 0);
  const end = start + Math.min(maxPage, Number(query.get('limit') ?? maxPage));
  // As real ones, items of a list carry neither kind nor version where the kind is built in
  const items = all
    .slice(start, end)
    .map(({ apiVersion, kind, ...rest }) =>
      apiVersion.includes('fluxcd') ? { apiVersion, kind, ...rest } : rest,
    );
  return {
    metadata: end < all.length ? { continue: String(end) } : {},
    items,
  };
}

function discover(api: ApiServer, path: string): object | undefined {
  const versions = [...new Set(api.objects.map(o => o.apiVersion))];
  if (path === '/apis') {
    const groups = versions
      .filter(v => v.includes('/'))
      .map(v => ({
        name: v.split('/')[0],
        versions: [{ groupVersion: v, version: v.split('/')[1] }],
      }));
    return { kind: 'APIGroupList', groups };
  }
  const apiVersion = /^\/(?:api|apis)\/([^/]+(?:\/[^/]+)?)$/.exec(path)?.[1];
  if (!apiVersion || !versions.includes(apiVersion)) {
    return undefined;
  }
  const group = apiVersion.includes('/') ? apiVersion.split('/')[0] : '';
  const resources = fluxKinds
    .filter(k => k.group === group)
    .map(k => ({ name: k.plural, kind: k.kind, namespaced: k.namespaced }));
  return { kind: 'APIResourceList', resources };
}

/** The answer of API servers since Kubernetes 1.30 to those who ask for it. */
function discoverAll(api: ApiServer): object {
  const versions = [...new Set(api.objects.map(o => o.apiVersion))];
  const items = versions
    .filter(v => v.includes('/'))
    .map(v => v.split('/'))
    .map(([group, version]) => ({
      metadata: { name: group },
      versions: [
        {
          version,
          resources: fluxKinds
            .filter(k => k.group === group)
            .map(k => ({
              resource: k.plural,
              responseKind: { group, version, kind: k.kind },
              scope: k.namespaced ? 'Namespaced' : 'Cluster',
            })),
        },
      ],
    }));
  return { kind: 'APIGroupDiscoveryList', items };
}

function merge(target: any, patch: any) {
  for (const [key, value] of Object.entries<any>(patch)) {
    if (value === null) {
      delete target[key];
    } else if (typeof value === 'object' && !Array.isArray(value)) {
      target[key] ??= {};
      merge(target[key], value);
    } else {
      target[key] = value;
    }
  }
}

function status(fault: { status: number; message: string }) {
  return {
    kind: 'Status',
    apiVersion: 'v1',
    status: 'Failure',
    message: fault.message,
    code: fault.status,
  };
}

function answer(
  response: ServerResponse,
  code: number,
  body: object,
  headers: Record<string, string> = {},
) {
  response.writeHead(code, { 'content-type': 'application/json', ...headers });
  response.end(JSON.stringify(body));
}
