import {
  createServer,
  type IncomingMessage,
  type ServerResponse,
} from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { AccessControl } from './AccessControl';
import { Authorizer } from './Authorizer';
import { createDefaults } from './createDefaults';
import { noSuchResource, StatusError } from './errors';
import { Faults } from './Faults';
import { GarbageCollector } from './GarbageCollector';
import { sendJson, sendText } from './http';
import type { KubernetesApi, KubernetesApiOptions } from './KubernetesApi';
import { storageKey } from './kinds';
import { checkListOptions } from './listOptions';
import { loadObjects, typeOf } from './loadObjects';
import { ObjectApi } from './ObjectApi';
import { ObjectStore } from './ObjectStore';
import { readSnapshot, SnapshotWriter } from './persistence';
import { parseRequest, verbOf } from './RequestInfo';
import { RunningWatches } from './RunningWatches';
import { sendFault } from './sendFault';
import { serveAccessReview } from './serveAccessReview';
import { ServedTypes } from './ServedTypes';
import { serveDiscovery } from './serveDiscovery';
import { selection, serveResource } from './serveResource';
import { serveWatch } from './serveWatch';

const HEALTH_PATHS = new Set(['/healthz', '/readyz', '/livez']);

/** Serves the Kubernetes API of one cluster of the sandbox on loopback. */
export async function startKubernetesApi(
  options: KubernetesApiOptions,
): Promise<KubernetesApi> {
  const { name, directory, tokens, logger, maxPage, onRequest } = options;
  const { WatchList = true, AggregatedDiscoveryEndpoint = true } =
    options.featureGates ?? {};
  const store = new ObjectStore({ historyLimit: options.historyLimit });
  const objects = new ObjectApi(store);
  const authorizer = new Authorizer(store);
  const access = new AccessControl(authorizer, tokens);
  const faults = new Faults();
  const served = new ServedTypes();
  const watches = new RunningWatches();
  const sockets = new Set<Socket>();

  const path = directory && join(directory, `${name}.json`);
  const snapshot = path && (await readSnapshot(path));
  if (snapshot) {
    store.restore(snapshot);
  }
  const writer = path ? new SnapshotWriter(store, path, logger) : undefined;
  if (!snapshot) {
    createDefaults(objects);
  }
  const collector = new GarbageCollector(store, objects);

  async function serve(request: IncomingMessage, response: ServerResponse) {
    const method = request.method ?? 'GET';
    const url = new URL(request.url ?? '/', 'http://cluster');
    onRequest?.({
      method,
      url: url.pathname + url.search,
      userAgent: request.headers['user-agent'],
    });
    const fault = faults.take(url.pathname, verbOf(method, url));
    if (fault?.hang) {
      return;
    }
    if (fault?.delayMs) {
      await delay(fault.delayMs, undefined, { signal: fault.cleared }).catch(
        () => {},
      );
    }
    if (fault && sendFault(response, fault)) {
      return;
    }

    const user = access.userOf(request);
    if (await serveAccessReview(url, request, response, user, authorizer)) {
      return;
    }
    const info = parseRequest(method, url);
    if (!info) {
      access.authorizePath(user, url.pathname);
      if (HEALTH_PATHS.has(url.pathname)) {
        sendText(response, 200, 'ok');
        return;
      }
      serveDiscovery(request, response, url.pathname, {
        types: served.all,
        aggregated: AggregatedDiscoveryEndpoint,
      });
      return;
    }
    if (!served.has(info.type)) {
      throw noSuchResource();
    }
    access.authorize(user, info);
    if (info.verb === 'list' || info.verb === 'watch') {
      checkListOptions(url.searchParams, info.verb, { watchList: WatchList });
    }
    if (info.verb !== 'watch') {
      await serveResource({
        store,
        objects,
        info,
        url,
        user,
        request,
        response,
        maxPage,
      });
      return;
    }
    const handle = serveWatch(store, response, {
      type: info.type,
      namespace: info.namespace,
      matches: selection(info.type, url.searchParams),
      query: url.searchParams,
      bookmarkIntervalMs: options.bookmarkIntervalMs ?? 60_000,
      fault: fault?.watch,
      spares: fault?.spares,
    });
    watches.add({ url, type: info.type, handle }, response);
  }

  const server = createServer((request, response) => {
    serve(request, response).catch(error => {
      if (!(error instanceof StatusError)) {
        logger.error(
          `Cluster ${name} failed to serve ${request.method} ${request.url}`,
          error,
        );
      }
      const status =
        error instanceof StatusError
          ? error
          : new StatusError(
              500,
              'InternalError',
              `Internal error occurred: ${error?.message}`,
            );
      if (response.headersSent) {
        response.destroy();
      } else {
        sendJson(response, status.code, status.toStatus());
      }
    });
  });
  server.on('connection', socket => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  logger.info(`Sandbox cluster ${name} listens on http://127.0.0.1:${port}`);

  const setFault: KubernetesApi['setFault'] = (where, fault) => {
    faults.set(where, fault);
    if (fault) {
      watches.suffer(where, fault);
    }
  };

  return {
    url: `http://127.0.0.1:${port}`,
    setFault,
    clearFaults: () => faults.clear(),
    flap(where, fault, intervalMs) {
      let down = false;
      const turn = () => {
        down = !down;
        setFault(where, down ? fault : undefined);
        server.closeAllConnections();
      };
      turn();
      const timer = setInterval(turn, intervalMs);
      return () => {
        clearInterval(timer);
        setFault(where, undefined);
      };
    },
    setServed(group, kind, isServed) {
      const types = served.set(group, kind, isServed);
      if (!isServed) {
        types.forEach(type => watches.end(type));
      }
    },
    setTokens(next) {
      access.tokens = next;
    },
    disconnect: () => server.closeAllConnections(),
    compact: () => store.compact(),
    load: loaded => loadObjects(store, loaded),
    remove(key) {
      const type = typeOf(key);
      const found = store.get(type, key.namespace, key.name);
      if (found) {
        store.remove(storageKey(type), found);
      }
    },
    objects: () => {
      // Events are kept once and served under two groups
      const types = new Map(served.all.map(type => [storageKey(type), type]));
      return [...types.values()].flatMap(type => store.list(type));
    },
    snapshot: () => store.snapshot(),
    restore(to) {
      server.closeAllConnections();
      store.restore(to);
    },
    get watches() {
      return watches.urls;
    },
    get connections() {
      return sockets.size;
    },
    async close() {
      collector.close();
      const closed = new Promise(resolve => server.close(resolve));
      server.closeAllConnections();
      await closed;
      await writer?.close();
    },
  };
}
