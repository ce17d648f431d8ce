import {
  createSecureServer,
  Http2ServerRequest,
  Http2ServerResponse,
} from 'node:http2';
import { AddressInfo, Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { FakeCluster, Selection } from './FakeCluster';
import { aggregatedDiscovery, ServedKind, servedKinds } from './kinds';
import { RequestCounts } from './RequestCounts';

export interface ClusterTraffic {
  /** How long each request waits for its answer. */
  latencyMs: number;
  counts: RequestCounts;
  /** Requests wait for it before they are answered. */
  released: Promise<void>;
}

export interface ServedCluster {
  cluster: FakeCluster;
  port: number;
  sockets: () => number;
  /** From now on nothing is answered, and watches say nothing. */
  hang: () => void;
  close: () => Promise<void>;
}

const BOOKMARK_MS = 60_000;
const discovery = Buffer.from(JSON.stringify(aggregatedDiscovery()));
const DISCOVERY_ETAG = '"bench"';
const JSON_TYPE = { 'content-type': 'application/json' };
const byPath = new Map(
  servedKinds.map(kind => [
    `${kind.group ? `/apis/${kind.group}` : '/api'}/${kind.version}/${
      kind.plural
    }`,
    kind,
  ]),
);

function status(code: number, reason: string): string {
  return JSON.stringify({
    kind: 'Status',
    apiVersion: 'v1',
    metadata: {},
    status: 'Failure',
    message: reason,
    reason,
    code,
  });
}
const NOT_FOUND = Buffer.from(status(404, 'NotFound'));
const GONE_EVENT = `{"type":"ERROR","object":${status(410, 'Expired')}}\n`;

/** Serves a cluster over HTTP/2, and HTTP/1.1 to those who don't speak it, as API servers do. */
export async function serveCluster(
  tls: { key: string; cert: string },
  traffic: ClusterTraffic,
): Promise<ServedCluster> {
  const cluster = new FakeCluster();
  const sockets = new Set<Socket>();
  let hangs = false;

  async function serve(
    request: Http2ServerRequest,
    response: Http2ServerResponse,
  ) {
    const url = new URL(request.url, 'https://cluster');
    const user = request.headers.authorization?.split(' ')[1] ?? 'anonymous';
    const count = (
      type: Parameters<RequestCounts['add']>[1],
      plural?: string,
    ) => traffic.counts.add(user, type, plural);
    const asked = readPath(url);
    const { searchParams: query } = url;
    if (!asked) {
      count('discovery');
    } else if (asked.name) {
      count('get', asked.kind.plural);
    } else if (query.get('watch') !== 'true') {
      count('list', asked.kind.plural);
    } else {
      count(
        query.has('resourceVersion') ? 'watchOn' : 'watchFromBeginning',
        asked.kind.plural,
      );
    }
    await traffic.released;
    if (traffic.latencyMs) {
      await delay(traffic.latencyMs);
    }
    if (hangs || response.destroyed) {
      return;
    }
    if (!asked) {
      sendDiscovery(url, request, response);
      return;
    }
    const selection = {
      ...asked,
      labelSelector: query.get('labelSelector') ?? undefined,
    };
    if (asked.name) {
      const { kind, namespace = '', name } = asked;
      const object = cluster.find(kind, namespace, name);
      send(response, object ? 200 : 404, object?.json ?? NOT_FOUND);
    } else if (query.get('watch') === 'true') {
      watch(selection, query, response);
    } else {
      const limit = Number(query.get('limit')) || undefined;
      const next = query.get('continue') ?? undefined;
      send(response, 200, cluster.list(selection, { limit, continue: next }));
    }
  }

  function watch(
    selection: Selection,
    query: URLSearchParams,
    response: Http2ServerResponse,
  ) {
    const version = query.get('resourceVersion');
    const bookmarks = query.get('allowWatchBookmarks') === 'true';
    const tell = (line: Buffer) => {
      if (!hangs) {
        response.write(line);
      }
    };
    response.writeHead(200, JSON_TYPE);
    (response as any).flushHeaders();
    const stop = cluster.watch(
      selection,
      {
        version: version ? Number(version) : undefined,
        bookmark: bookmarks && query.get('sendInitialEvents') === 'true',
      },
      tell,
    );
    if (!stop) {
      response.end(GONE_EVENT);
      return;
    }
    const bookmark = () => tell(cluster.bookmark(selection.kind));
    const timer = bookmarks ? setInterval(bookmark, BOOKMARK_MS) : undefined;
    const seconds = Number(query.get('timeoutSeconds')) || 1800;
    const end = setTimeout(() => {
      if (!hangs) {
        bookmark();
        response.end();
      }
    }, seconds * 1000);
    response.on('close', () => {
      stop();
      clearInterval(timer);
      clearTimeout(end);
    });
  }

  const server = createSecureServer(
    {
      ...tls,
      allowHTTP1: true,
      settings: { maxConcurrentStreams: 250 },
      // In MB: what has been said and not read yet. API servers have no such limit
      maxSessionMemory: 4_000,
    },
    (request, response) => void serve(request, response),
  );
  server.on('secureConnection', socket => {
    socket.setNoDelay(true);
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    socket.on('error', () => {});
  });
  server.on('sessionError', () => {});
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  return {
    cluster,
    port: (server.address() as AddressInfo).port,
    sockets: () => sockets.size,
    hang: () => {
      hangs = true;
    },
    close: async () => {
      sockets.forEach(socket => socket.destroy());
      await new Promise(resolve => server.close(resolve));
    },
  };
}

function readPath(
  url: URL,
): { kind: ServedKind; namespace?: string; name?: string } | undefined {
  const [, root, namespace, plural, name] =
    /^(\/api\/v1|\/apis\/[^/]+\/[^/]+)(?:\/namespaces\/([^/]+))?\/([^/]+)(?:\/([^/]+))?$/.exec(
      url.pathname,
    ) ?? [];
  const kind = byPath.get(`${root}/${plural}`);
  return kind && { kind, namespace, name };
}

function sendDiscovery(
  url: URL,
  request: Http2ServerRequest,
  response: Http2ServerResponse,
) {
  if (url.pathname !== '/apis') {
    send(response, 404, NOT_FOUND);
  } else if (request.headers['if-none-match'] === DISCOVERY_ETAG) {
    response.writeHead(304, { etag: DISCOVERY_ETAG }).end();
  } else {
    send(response, 200, discovery, {
      'content-type':
        'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList',
      etag: DISCOVERY_ETAG,
    });
  }
}

function send(
  response: Http2ServerResponse,
  code: number,
  body: Buffer,
  headers: Record<string, string> = JSON_TYPE,
) {
  response.writeHead(code, { ...headers, 'content-length': body.length });
  response.end(body);
}
