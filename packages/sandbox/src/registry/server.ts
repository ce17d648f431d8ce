import type { LoggerService } from '@backstage/backend-plugin-api';
import express, { type ErrorRequestHandler } from 'express';
import { once } from 'node:events';
import { mkdir } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { RegistryError } from './errors';
import { RegistryStore } from './RegistryStore';
import { createRegistryRouter } from './router';

export type RegistryOptions = {
  /** Where images are kept; survives restarts. */
  directory: string;
  /** HTTP port; 0 takes a free one. */
  port: number;
  /** Address to bind to. Defaults to 127.0.0.1. */
  host?: string;
  logger: LoggerService;
};

/** What every request gets instead of an answer, e.g. `{status: 503}`. */
export type RegistryFault = { status: number };

export type RegistryServer = {
  /** `http://127.0.0.1:4011` */
  readonly url: string;
  /** Makes every request fail, until it is called with undefined. */
  setFault(fault: RegistryFault | undefined): void;
  close(): Promise<void>;
};

/** Starts an OCI registry (distribution API) over a directory. */
export async function startRegistry(
  options: RegistryOptions,
): Promise<RegistryServer> {
  const { directory, port, host = '127.0.0.1', logger } = options;
  await mkdir(directory, { recursive: true });
  let fault: RegistryFault | undefined;

  const app = express();
  app.disable('x-powered-by');
  app.disable('etag');
  app.use((_request, response, next) => {
    if (fault) {
      response
        .status(fault.status)
        .json({ errors: [{ code: 'UNAVAILABLE', message: 'out of order' }] });
      return;
    }
    next();
  });
  app.use('/v2', createRegistryRouter(new RegistryStore(directory)));
  const answerErrors: ErrorRequestHandler = (
    error,
    request,
    response,
    _next,
  ) => {
    if (response.headersSent) {
      response.destroy();
      return;
    }
    if (error instanceof RegistryError) {
      response.status(error.status).json(error);
      return;
    }
    logger.error(`Registry: ${request.method} ${request.path} failed`, error);
    response
      .status(error.status ?? 500)
      .json({ errors: [{ code: 'UNKNOWN', message: 'unknown error' }] });
  };
  app.use(answerErrors);

  const server = createServer(app);
  server.listen(port, host);
  await once(server, 'listening');
  return {
    url: `http://${host}:${(server.address() as AddressInfo).port}`,
    setFault(next) {
      fault = next;
    },
    async close() {
      const closed = new Promise<void>(resolve =>
        server.close(() => resolve()),
      );
      server.closeAllConnections();
      await closed;
    },
  };
}
