import { badRequest, expired } from './errors';
import { apiVersionOf, type ResourceType } from './kinds';
import type { ObjectStore } from './ObjectStore';
import type { Predicate } from './selectors';

interface Continue {
  revision: number;
  after: string;
}

const EXPIRED_CONTINUE =
  'The provided continue parameter is too old to display a consistent list result. You can start a new list without the continue parameter, or use the continue token in this response to retrieve the remainder of the results. Continuing with the provided token results in an inconsistent list - objects that were created, modified, or deleted between the time the first chunk was returned and now may show up in the list.';

function decode(token: string): Continue {
  try {
    const { revision, after } = JSON.parse(
      Buffer.from(token, 'base64url').toString('utf8'),
    );
    if (typeof revision === 'number' && typeof after === 'string') {
      return { revision, after };
    }
  } catch {
    // answered below
  }
  throw badRequest('continue key is not valid');
}

const encode = (token: Continue) =>
  Buffer.from(JSON.stringify(token)).toString('base64url');

/** A list, or a page of one: later pages show the objects as they were at the first. */
export function listObjects(
  store: ObjectStore,
  type: ResourceType,
  namespace: string | undefined,
  matches: Predicate,
  query: URLSearchParams,
  maxPage = Infinity,
) {
  const limit = Math.min(Number(query.get('limit')) || Infinity, maxPage);
  const token = query.get('continue')
    ? decode(query.get('continue')!)
    : undefined;
  const exact =
    query.get('resourceVersionMatch') === 'Exact'
      ? Number(query.get('resourceVersion'))
      : undefined;
  const revision = token?.revision ?? exact ?? store.revision;
  if (revision < store.compactedRevision) {
    throw expired(
      token
        ? EXPIRED_CONTINUE
        : `The resourceVersion for the provided list is too old.`,
    );
  }

  const keyOf = ({ metadata }: { metadata: any }) =>
    `${metadata.namespace ?? ''}/${metadata.name}`;
  const all = (
    revision === store.revision
      ? store.list(type, namespace)
      : store.listAt(type, namespace, revision)
  ).filter(matches);
  const rest = token ? all.filter(object => keyOf(object) > token.after) : all;
  const items = rest.slice(0, limit);
  const remaining = rest.length - items.length;
  const apiVersion = apiVersionOf(type);
  return {
    kind: `${type.kind}List`,
    apiVersion,
    metadata: {
      resourceVersion: String(revision),
      ...(remaining > 0 && {
        continue: encode({ revision, after: keyOf(items[items.length - 1]) }),
        remainingItemCount: remaining,
      }),
    },
    items: items.map(object => ({ ...object, apiVersion, kind: type.kind })),
  };
}
