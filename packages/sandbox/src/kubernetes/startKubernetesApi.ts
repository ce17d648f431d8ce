import {
  createServer,
  type IncomingMessage,
  type ServerResponse,
} from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { LoggerService } from '@backstage/backend-plugin-api';
import {
  authenticate,
  impersonated,
  impersonatedGroups,
  type TokenConfig,
  type UserInfo,
} from './Authenticator';
import { Authorizer } from './Authorizer';
import { createDefaults } from './createDefaults';
import { discoveryOf } from './serveDiscovery';
import { forbidden, noSuchResource, StatusError } from './errors';
import { Faults, type Fault } from './Faults';
import { sendFault } from './sendFault';
import { GarbageCollector } from './GarbageCollector';
import { sendJson, sendText } from './http';
import { ObjectApi } from './ObjectApi';
import { ObjectStore } from './ObjectStore';
import { readSnapshot, SnapshotWriter } from './persistence';
import { parseRequest, type RequestInfo } from './RequestInfo';
import { serveAccessReview } from './serveAccessReview';
import { selection, serveResource } from './serveResource';
import { serveWatch, type WatchHandle } from './serveWatch';

export interface KubernetesApiOptions {
  /** The cluster's name, which names its snapshot. */
  name: string;
  /** 0 takes a free port. */
  port: number;
  /** Where the cluster survives a restart; without it, it lives in memory only. */
  directory?: string;
  tokens: TokenConfig[];
  logger: LoggerService;
  /** How many changes a watch can go back. */
  historyLimit?: number;
  bookmarkIntervalMs?: number;
}

export interface KubernetesApi {
  url: string;
  /** Sets what goes wrong below a path, e.g. `/apis/apps/v1`; undefined makes it well again. */
  setFault(pathPrefix: string, fault: Fault | undefined): void;
  /** Forgets the history: running watches go on, new ones from before get 410. */
  compact(): void;
  close(): Promise<void>;
}

const HEALTH_PATHS = new Set(['/healthz', '/readyz', '/livez']);

/** Serves the Kubernetes API of one cluster of the sandbox on loopback. */
export async function startKubernetesApi(
  options: KubernetesApiOptions,
): Promise<KubernetesApi> {
  const { name, directory, tokens, logger } = options;
  const store = new ObjectStore({ historyLimit: options.historyLimit });
  const objects = new ObjectApi(store);
  const authorizer = new Authorizer(store);
  const faults = new Faults();
  const watches = new Map<WatchHandle, string>();

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

  function authorize(user: UserInfo, info: RequestInfo) {
    const { type, verb, namespace, subresource } = info;
    const access = {
      verb,
      group: type.group,
      resource: subresource ? `${type.plural}/${subresource}` : type.plural,
      // A Namespace is asked for in itself, as the API server's own paths have it.
      namespace:
        type.kind === 'Namespace' && !type.group ? info.name : namespace,
      name: info.name,
    };
    if (!authorizer.allows(user, access)) {
      throw forbidden(user.username, access);
    }
  }

  function userOf(request: IncomingMessage): UserInfo {
    const user = authenticate(request, tokens);
    const other = impersonated(request);
    if (!other) {
      return user;
    }
    const account = /^system:serviceaccount:([^:]+):(.+)$/.exec(other.username);
    const access = {
      verb: 'impersonate',
      group: '',
      resource: account ? 'serviceaccounts' : 'users',
      namespace: account?.[1],
      name: account?.[2] ?? other.username,
    };
    const groups = impersonatedGroups(request).map(group => ({
      verb: 'impersonate',
      group: '',
      resource: 'groups',
      name: group,
    }));
    for (const wanted of [access, ...groups]) {
      if (!authorizer.allows(user, wanted)) {
        throw forbidden(user.username, wanted);
      }
    }
    return other;
  }

  async function serve(request: IncomingMessage, response: ServerResponse) {
    const url = new URL(request.url ?? '/', 'http://cluster');
    const fault = faults.take(url.pathname);
    if (fault?.hang) {
      return;
    }
    if (fault?.delayMs) {
      await delay(fault.delayMs);
    }
    if (fault?.status) {
      sendFault(response, fault);
      return;
    }

    const user = userOf(request);
    if (await serveAccessReview(url, request, response, user, authorizer)) {
      return;
    }
    const method = request.method ?? 'GET';
    const info = parseRequest(method, url);
    if (!info) {
      serveOther(request, response, url, user);
      return;
    }
    authorize(user, info);
    if (info.verb !== 'watch') {
      await serveResource({
        store,
        objects,
        info,
        url,
        user,
        request,
        response,
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
    });
    watches.set(handle, url.pathname);
    response.on('close', () => watches.delete(handle));
  }

  function serveOther(
    request: IncomingMessage,
    response: ServerResponse,
    url: URL,
    user: UserInfo,
  ) {
    if (!authorizer.allowsPath(user, 'get', url.pathname)) {
      throw new StatusError(
        403,
        'Forbidden',
        `forbidden: User "${user.username}" cannot get path "${url.pathname}"`,
        {},
      );
    }
    if (HEALTH_PATHS.has(url.pathname)) {
      sendText(response, 200, 'ok');
      return;
    }
    const aggregated = /as=APIGroupDiscoveryList/.test(
      request.headers.accept ?? '',
    );
    const body = discoveryOf(url.pathname, aggregated, request.headers.host);
    if (!body) {
      throw noSuchResource();
    }
    sendJson(
      response,
      200,
      body,
      aggregated && /^\/apis?$/.test(url.pathname)
        ? {
            'content-type':
              'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList',
          }
        : {},
    );
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
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  logger.info(`Sandbox cluster ${name} listens on http://127.0.0.1:${port}`);

  return {
    url: `http://127.0.0.1:${port}`,
    setFault(pathPrefix, fault) {
      faults.set(pathPrefix, fault);
      for (const [handle, watched] of [...watches]) {
        if (watched.startsWith(pathPrefix)) {
          endWatch(handle, fault?.watch);
        }
      }
    },
    compact: () => store.compact(),
    async close() {
      collector.close();
      const closed = new Promise(resolve => server.close(resolve));
      server.closeAllConnections();
      await closed;
      await writer?.close();
    },
  };
}

function endWatch(handle: WatchHandle, how: Fault['watch']) {
  if (how === 'cut') {
    handle.cut();
  } else if (how === 'gone') {
    handle.gone();
  }
}
