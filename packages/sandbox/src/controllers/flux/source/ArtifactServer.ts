import { createReadStream } from 'node:fs';
import { readdir, rm, stat } from 'node:fs/promises';
import {
  createServer,
  IncomingHttpHeaders,
  IncomingMessage,
  Server,
  ServerResponse,
} from 'node:http';
import { AddressInfo } from 'node:net';
import { join, posix, resolve, sep } from 'node:path';
import { writeArtifact } from './artifact';

/** Answers a request below a path; the body is what came with it. */
export type RouteHandler = (request: {
  path: string;
  headers: IncomingHttpHeaders;
  body: Buffer;
}) => Promise<{ status: number; text?: string }>;

const MOST_BODY_BYTES = 1024 * 1024;

/** Keeps artifacts in a directory and serves them on loopback, as source-controller does. */
export class ArtifactServer {
  readonly #directory: string;
  readonly #port: number;
  readonly #routes = new Map<string, RouteHandler>();
  #server: Server | undefined;

  constructor(options: { directory: string; port?: number }) {
    this.#directory = resolve(options.directory);
    this.#port = options.port ?? 0;
  }

  async start(): Promise<void> {
    const server = createServer((request, response) => {
      const refuse = (status: number) => response.writeHead(status).end();
      const route = [...this.#routes].find(([prefix]) =>
        request.url?.startsWith(prefix),
      );
      if (route && request.method === 'POST') {
        answer(request, response, route[1]).catch(() => response.destroy());
        return;
      }
      if (request.method !== 'GET' && request.method !== 'HEAD') {
        refuse(405);
        return;
      }
      const file = this.#file(request.url ?? '');
      const stream = file && createReadStream(file);
      if (!stream) {
        refuse(404);
        return;
      }
      stream.once('open', () => {
        response.writeHead(200, { 'content-type': 'application/gzip' });
        stream.pipe(response);
      });
      stream.once('error', () =>
        response.headersSent ? response.destroy() : refuse(404),
      );
    });
    await new Promise<void>((done, failed) => {
      server.once('error', failed);
      server.listen(this.#port, '127.0.0.1', done);
    });
    this.#server = server;
  }

  /** POST requests to paths that begin so go to the handler. */
  route(prefix: string, handler: RouteHandler): void {
    this.#routes.set(prefix, handler);
  }

  async close(): Promise<void> {
    const server = this.#server;
    this.#server = undefined;
    await new Promise<void>(done => {
      if (!server) {
        done();
        return;
      }
      server.close(() => done());
      server.closeAllConnections();
    });
  }

  urlOf(path: string): string {
    const address = this.#server?.address() as AddressInfo | null | undefined;
    if (!address) {
      throw new Error('The artifact server has not been started');
    }
    return `http://127.0.0.1:${address.port}/${path}`;
  }

  /** Whether the artifact is still there, e.g. after somebody emptied the directory. */
  async has(path: string): Promise<boolean> {
    return stat(join(this.#directory, path)).then(
      () => true,
      () => false,
    );
  }

  async write(path: string, content: Buffer): Promise<void> {
    await writeArtifact(join(this.#directory, path), content);
  }

  /** Removes older artifacts beside this one; how many there were. */
  async removeOthers(path: string, keep: readonly string[]): Promise<number> {
    const folder = posix.dirname(path);
    const names = await readdir(join(this.#directory, folder)).catch(() => []);
    const kept = new Set([path, ...keep].map(other => posix.basename(other)));
    const old = names.filter(name => !kept.has(name));
    for (const name of old) {
      await rm(join(this.#directory, folder, name), { force: true });
    }
    return old.length;
  }

  async removeAll(folder: string): Promise<void> {
    await rm(join(this.#directory, folder), { recursive: true, force: true });
  }

  #file(url: string): string | undefined {
    let path: string;
    try {
      path = decodeURIComponent(new URL(url, 'http://artifacts').pathname);
    } catch {
      return undefined;
    }
    const file = resolve(this.#directory, `.${path}`);
    return file.startsWith(this.#directory + sep) && !path.includes('\0')
      ? file
      : undefined;
  }
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  handler: RouteHandler,
): Promise<void> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    size += chunk.length;
    if (size > MOST_BODY_BYTES) {
      response.writeHead(413).end();
      return;
    }
    chunks.push(chunk);
  }
  const { status, text } = await handler({
    path: (request.url ?? '').split('?')[0],
    headers: request.headers,
    body: Buffer.concat(chunks),
  });
  response.writeHead(status, { 'content-type': 'text/plain' }).end(text);
}
