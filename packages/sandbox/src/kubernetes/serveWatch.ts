import type { ServerResponse } from 'node:http';
import type { KubernetesObject } from '../controllers/client';
import type { WatchFault } from './Faults';
import { apiVersionOf, storageKey, type ResourceType } from './kinds';
import type { ObjectStore, StoreEvent } from './ObjectStore';
import type { Predicate } from './selectors';
import { WatchStream } from './WatchStream';

export interface WatchRequest {
  type: ResourceType;
  namespace?: string;
  matches: Predicate;
  query: URLSearchParams;
  bookmarkIntervalMs: number;
  fault?: WatchFault;
  spares?: number;
}

/** A watch while it runs. */
export interface WatchHandle {
  /** Ends it as a server does that has served it long enough. */
  end(): void;
  suffer(fault: WatchFault, spares?: number): void;
}

/**
 * Streams the changes of one kind as lines of JSON, from a revision on or with the current objects
 * first, until the time asked for is over or the client goes.
 */
export function serveWatch(
  store: ObjectStore,
  response: ServerResponse,
  request: WatchRequest,
): WatchHandle {
  const { type, namespace, matches, query, fault } = request;
  const resource = storageKey(type);
  const apiVersion = apiVersionOf(type);
  const wanted = Number(query.get('resourceVersion') || 0);
  const streamsList = query.get('sendInitialEvents') === 'true';
  const bookmarks = query.get('allowWatchBookmarks') === 'true';
  const stream = new WatchStream(response);

  const sendObject = (eventType: string, object: KubernetesObject) =>
    stream.send({
      type: eventType,
      object: { ...object, apiVersion, kind: type.kind },
    });
  const bookmark = (annotations?: Record<string, string>) => {
    if (store.revision >= wanted) {
      stream.send({
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
    }
  };

  // An object that stops matching the selector is deleted for this watch, one that starts is added.
  // Whoever asks for a future revision hears nothing before it is reached, as from a real server.
  const forward = (event: StoreEvent) => {
    const { object, previous } = event;
    if (
      event.resource !== resource ||
      event.revision <= wanted ||
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
  const handle: WatchHandle = {
    end() {
      stop();
      stream.end();
    },
    suffer(what, spares = 0) {
      if (what === 'gone') {
        stop();
        stream.expire(wanted, store.revision);
      } else {
        stream.suffer(what, spares);
      }
    },
  };
  if (fault) {
    handle.suffer(fault, request.spares);
  }
  if (!streamsList && wanted && wanted < store.compactedRevision) {
    stream.expire(wanted, store.compactedRevision);
  }
  if (stream.ended) {
    return handle;
  }

  if (streamsList || !wanted) {
    store
      .list(type, namespace)
      .filter(matches)
      .forEach(object => sendObject('ADDED', object));
    if (streamsList && bookmarks) {
      bookmark({ 'k8s.io/initial-events-end': 'true' });
    }
  } else {
    store.since(type, wanted).forEach(forward);
  }

  const unsubscribe = store.subscribe(forward);
  const seconds = Number(query.get('timeoutSeconds')) || 1800;
  const timeout = setTimeout(() => {
    if (bookmarks) {
      bookmark();
    }
    handle.end();
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
  return handle;
}
