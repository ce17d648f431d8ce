import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Config } from './config.ts';
import type { Logger } from './logger.ts';
import { type Answer, routes as defaultRoutes, type Route, type ServiceInfo } from './routes.ts';

export interface ServiceOptions {
  config: Config;
  logger: Logger;
  info: ServiceInfo;
  routes?: Readonly<Record<string, Route>>;
  now?: () => Date;
}

export interface Service {
  /** Resolves to the port that it listens on. */
  start(): Promise<number>;
  /** Not ready, then no new connections, then done. False when requests had to be cut off. */
  stop(): Promise<boolean>;
}

const REQUEST_ID = /^[\w.:-]{1,100}$/;

function requestIdOf(request: IncomingMessage): string {
  const given = request.headers['x-request-id'];
  return typeof given === 'string' && REQUEST_ID.test(given) ? given : randomUUID();
}

export function createService(options: ServiceOptions): Service {
  const { config, logger, info, routes = defaultRoutes, now = () => new Date() } = options;
  let ready = false;
  let stopping: Promise<boolean> | undefined;

  async function answer(request: IncomingMessage, url: URL): Promise<Answer> {
    if (request.method !== 'GET' && request.method !== 'HEAD') {
      return { status: 405, body: { error: 'Only GET and HEAD are answered here' } };
    }
    if (url.pathname === '/healthz') return { status: 200, body: { status: 'ok' } };
    if (url.pathname === '/readyz') {
      return ready ? { status: 200, body: { status: 'ready' } } : { status: 503, body: { status: 'stopping' } };
    }
    const route = Object.hasOwn(routes, url.pathname) ? routes[url.pathname] : undefined;
    return route ? route(url, { info, now }) : { status: 404, body: { error: 'Not found' } };
  }

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const started = performance.now();
    const requestId = requestIdOf(request);
    const base = { requestId, method: request.method, path: request.url?.split('?')[0] };
    let result: Answer;
    try {
      const url = URL.parse(request.url ?? '/', 'http://service.invalid');
      result = url ? await answer(request, url) : { status: 400, body: { error: 'The address is not valid' } };
    } catch (error) {
      logger.error('request failed', { ...base, error });
      result = { status: 500, body: { error: 'Internal error', requestId } };
    }
    const body = JSON.stringify(result.body);
    response.writeHead(result.status, {
      'content-type': 'application/json; charset=utf-8',
      'content-length': Buffer.byteLength(body),
      'x-content-type-options': 'nosniff',
      'x-request-id': requestId,
      ...(result.status === 405 ? { allow: 'GET, HEAD' } : {}),
      ...(stopping ? { connection: 'close' } : {}),
    });
    response.end(request.method === 'HEAD' ? undefined : body);
    const isProbe = base.path === '/healthz' || base.path === '/readyz';
    logger[isProbe ? 'debug' : 'info']('request', {
      ...base,
      status: result.status,
      durationMs: Math.round(performance.now() - started),
    });
  }

  const server = createServer(handle);
  server.requestTimeout = 30_000;
  // Longer than a proxy in front keeps a connection, so that it never sends a request as this closes it.
  server.keepAliveTimeout = 75_000;

  async function stop(): Promise<boolean> {
    // Load balancers learn from the readiness probe; until they have, requests still arrive.
    ready = false;
    logger.info('stopping', { delayMs: config.shutdownDelayMs });
    await sleep(config.shutdownDelayMs);
    const closed = new Promise<void>(resolve => server.close(() => resolve()));
    server.closeIdleConnections();
    const timeout = new AbortController();
    const drained = await Promise.race([
      closed.then(() => true),
      sleep(config.drainTimeoutMs, false, { signal: timeout.signal }).catch(() => false),
    ]);
    timeout.abort();
    if (!drained) {
      logger.warn('requests were cut off', { drainTimeoutMs: config.drainTimeoutMs });
      server.closeAllConnections();
      await closed;
    }
    logger.info('stopped');
    return drained;
  }

  return {
    async start() {
      server.listen(config.port, config.host);
      await once(server, 'listening');
      const { port } = server.address() as AddressInfo;
      ready = true;
      logger.info('listening', { ...info, host: config.host, port });
      return port;
    },
    stop() {
      stopping ??= stop();
      return stopping;
    },
  };
}
