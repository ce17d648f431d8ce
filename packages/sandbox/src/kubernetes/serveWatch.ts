import type { ServerResponse } from 'node:http';
import type { KubernetesObject } from '../controllers/client';
import { expired, type StatusError } from './errors';
import { apiVersionOf, storageKey, type ResourceType } from './kinds';
import type { ObjectStore, StoreEvent } from './ObjectStore';
import type { Predicate } from './selectors';

export interface WatchRequest {
  type: ResourceType;
  namespace?: string;
  matches: Predicate;
  query: URLSearchParams;
  bookmarkIntervalMs: number;
  /** Ends the watch before it has said anything. */
  fault?: 'cut' | 'gone';
}

/** How a watch ends before its time, for tests of what clients make of it. */
export interface WatchHandle {
  cut(): void;
  gone(): void;
}

const tooOld = (wanted: number, oldest: number) =>
  expired(`too old resource version: ${wanted} (${oldest})`);

/**
 * Streams the changes of one kind as lines of JSON, from a revision on or with the current objects
 * first, until the time asked for is over or the client goes.
 */
export function serveWatch(
  store: ObjectStore,
  response: ServerResponse,
  request: WatchRequest,
): WatchHandle {
  const { type, namespace, matches, query } = request;
  const resource = storageKey(type);
  const apiVersion = apiVersionOf(type);
  const wanted = query.get('resourceVersion') ?? '';
  const initial =
    query.get('sendInitialEvents') === 'true' || !wanted || wanted === '0';
  const bookmarks = query.get('allowWatchBookmarks') === 'true';

  response.writeHead(200, {
    'content-type': 'application/json',
    'cache-control': 'no-cache, private',
  });
  response.flushHeaders();

  const send = (line: object) => response.write(`${JSON.stringify(line)}\n`);
  const sendObject = (eventType: string, object: KubernetesObject) =>
    send({
      type: eventType,
      object: { ...object, apiVersion, kind: type.kind },
    });
  const bookmark = (annotations?: Record<string, string>) =>
    send({
      type: 'BOOKMARK',
      object: {
        kind: type.kind,
        apiVersion,
        metadata: {
          resourceVersion: String(store.revision),
          creationTimestamp: null,
          ...(annotations && { annotations }),
        },
      },
    });

  // An object that stops matching the selector is deleted for this watch, one that starts is added.
  const forward = (event: StoreEvent) => {
    const { object, previous } = event;
    if (
      event.resource !== resource ||
      (namespace && object.metadata.namespace !== namespace)
    ) {
      return;
    }
    const matched = !!previous && event.type !== 'ADDED' && matches(previous);
    const match = event.type !== 'DELETED' && matches(object);
    if (match) {
      sendObject(matched ? 'MODIFIED' : 'ADDED', object);
    } else if (matched) {
      const { resourceVersion } = object.metadata;
      sendObject('DELETED', {
        ...previous,
        metadata: { ...previous.metadata, resourceVersion },
      });
    }
  };

  let stop = () => {};
  const end = () => {
    stop();
    response.end();
  };
  const fail = (error: StatusError) => {
    send({ type: 'ERROR', object: error.toStatus() });
    end();
  };

  if (request.fault === 'gone') {
    fail(tooOld(Number(wanted), store.revision));
    return { cut: () => {}, gone: () => {} };
  }
  if (request.fault === 'cut') {
    response.destroy();
    return { cut: () => {}, gone: () => {} };
  }
  if (initial) {
    store
      .list(type, namespace)
      .filter(matches)
      .forEach(object => sendObject('ADDED', object));
    if (query.get('sendInitialEvents') === 'true' && bookmarks) {
      bookmark({ 'k8s.io/initial-events-end': 'true' });
    }
  } else {
    const revision = Number(wanted);
    if (revision < store.compactedRevision) {
      fail(tooOld(revision, store.compactedRevision));
      return { cut: () => {}, gone: () => {} };
    }
    store.since(type, revision).forEach(forward);
  }

  const unsubscribe = store.subscribe(forward);
  const seconds = Number(query.get('timeoutSeconds')) || 1800;
  const timeout = setTimeout(() => {
    if (bookmarks) {
      bookmark();
    }
    end();
  }, seconds * 1000);
  const ticking = bookmarks
    ? setInterval(bookmark, request.bookmarkIntervalMs)
    : undefined;
  stop = () => {
    unsubscribe();
    clearTimeout(timeout);
    clearInterval(ticking);
  };
  response.on('close', stop);

  return {
    cut: () => {
      stop();
      response.destroy();
    },
    gone: () => fail(tooOld(store.compactedRevision, store.revision)),
  };
}
