import type { LoggerService } from '@backstage/backend-plugin-api';
import express, { type ErrorRequestHandler } from 'express';
import { mkdir } from 'node:fs/promises';
import { createServer } from 'node:http';
import { listen, urlHost } from '../listen';
import { RegistryError } from './errors';
import { RegistryStore } from './RegistryStore';
import { createRegistryRouter } from './router';

export type RegistryOptions = {
  /** Where images are kept; survives restarts. */
  directory: string;
  /** HTTP port; 0 takes a free one. */
  port: number;
  /** Address to listen on besides 127.0.0.1, and the host of the URL. */
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
  const store = new RegistryStore(directory);
  await store.forgetUploads();
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
  app.use('/v2', createRegistryRouter(store));
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

  const listening = await listen(() => createServer(app), port, host);
  return {
    url: `http://${urlHost(host)}:${listening.port}`,
    setFault(next) {
      fault = next;
    },
    async close() {
      await Promise.all(
        listening.servers.map(server => {
          const closed = new Promise(resolve => server.close(resolve));
          server.closeAllConnections();
          return closed;
        }),
      );
    },
  };
}
