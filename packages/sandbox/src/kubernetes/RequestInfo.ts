import { methodNotAllowed, noSuchResource } from './errors';
import { findByPlural, type ResourceType } from './kinds';

/** What a path and a method ask for, in the terms in which access is decided. */
export interface RequestInfo {
  type: ResourceType;
  namespace?: string;
  name?: string;
  subresource?: string;
  verb: string;
}

const VERBS: Record<string, [collection: string, object: string]> = {
  GET: ['list', 'get'],
  HEAD: ['list', 'get'],
  POST: ['create', 'create'],
  PUT: ['', 'update'],
  PATCH: ['', 'patch'],
  DELETE: ['deletecollection', 'delete'],
};

const isWatch = (url: URL) =>
  ['1', 'true'].includes(url.searchParams.get('watch') ?? '');

/** The verb as far as method, path and query tell it; whatever is no resource is got. */
export function verbOf(method: string, url: URL): string {
  try {
    return parseRequest(method, url)?.verb ?? 'get';
  } catch {
    return 'get';
  }
}

/** undefined when the path is no path of resources, e.g. `/version`. */
export function parseRequest(
  method: string,
  url: URL,
): RequestInfo | undefined {
  const [root, ...path] = url.pathname
    .split('/')
    .filter(Boolean)
    .map(decodeURIComponent);
  if (root !== 'api' && root !== 'apis') {
    return undefined;
  }
  const group = root === 'apis' ? path.shift() ?? '' : '';
  const [version, ...parts] = path;
  if (!version || !parts.length) {
    return undefined;
  }

  let namespace: string | undefined;
  if (
    parts[0] === 'namespaces' &&
    parts.length > 2 &&
    !['status', 'finalize'].includes(parts[2])
  ) {
    namespace = parts[1];
    parts.splice(0, 2);
  }
  const [plural, name, subresource, ...rest] = parts;
  const type = findByPlural(group, version, plural);
  if (
    !type ||
    rest.length ||
    (namespace && !type.namespaced) ||
    (name && type.namespaced && !namespace) ||
    (subresource && !type.subresources.includes(subresource))
  ) {
    throw noSuchResource();
  }
  if (!type.verbs.includes(VERBS[method]?.[name ? 1 : 0] ?? '')) {
    throw methodNotAllowed();
  }
  const [ofCollection, ofObject] = VERBS[method];
  const ofAll = isWatch(url) ? 'watch' : ofCollection;
  return {
    type,
    namespace,
    name,
    subresource,
    verb: name ? ofObject : ofAll,
  };
}
