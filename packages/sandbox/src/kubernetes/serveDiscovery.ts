import { createHash } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import * as discovery from './discovery';
import { noSuchResource } from './errors';
import { sendJson } from './http';
import type { ResourceType } from './kinds';
import { openApiDocument, openApiIndex } from './schema/openApi';

/**
 * Answers a path of discovery. All kinds in one answer carry an ETag, as those of real API servers do.
 *
 * @throws StatusError 404.
 */
export function serveDiscovery(
  request: IncomingMessage,
  response: ServerResponse,
  path: string,
  options: { types: ResourceType[]; aggregated: boolean },
): void {
  const isRoot = /^\/apis?$/.test(path);
  const aggregated =
    options.aggregated &&
    isRoot &&
    /as=APIGroupDiscoveryList/.test(request.headers.accept ?? '');
  if (aggregated) {
    const body = discovery.aggregatedDiscovery(options.types, path === '/api');
    const etag = `"${createHash('sha512')
      .update(JSON.stringify(body))
      .digest('hex')
      .toUpperCase()}"`;
    const headers = { etag, vary: 'Accept', 'cache-control': 'public' };
    if (request.headers['if-none-match'] === etag) {
      response.writeHead(304, headers);
      response.end();
      return;
    }
    sendJson(response, 200, body, {
      ...headers,
      'content-type':
        'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList',
    });
    return;
  }
  const body = discoveryOf(path, options.types, request.headers.host);
  if (!body) {
    throw noSuchResource();
  }
  sendJson(response, 200, body);
}

/** What is said under a path; undefined when there is nothing. */
function discoveryOf(
  path: string,
  types: ResourceType[],
  host: string | undefined,
): unknown {
  const [root, ...parts] = path.split('/').filter(Boolean);
  if (path === '/version') {
    return discovery.version;
  }
  if (root === 'openapi' && parts[0] === 'v3') {
    const document = parts.slice(1).join('/');
    return document ? openApiDocument(types, document) : openApiIndex(types);
  }
  if (root === 'api' && parts.length <= 1) {
    return parts.length
      ? discovery.apiResourceList(types, '', parts[0])
      : discovery.apiVersions(host ?? '');
  }
  if (root !== 'apis' || parts.length > 2) {
    return undefined;
  }
  const [group, version] = parts;
  if (group === undefined) {
    return discovery.apiGroupList(types);
  }
  if (version !== undefined) {
    return discovery.apiResourceList(types, group, version);
  }
  return discovery.versionsOf(types, group).length
    ? discovery.apiGroup(types, group)
    : undefined;
}
