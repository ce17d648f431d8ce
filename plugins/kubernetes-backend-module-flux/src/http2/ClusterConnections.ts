import { abortable } from '@backstage-flux/plugin-flux-node';
import { Pool } from 'undici';
import { ClusterEndpoint, EndpointRequest } from './ClusterEndpoint';
import {
  Http2Connection,
  KeepAlive,
  RefusedStreamError,
} from './Http2Connection';
import { openTlsSocket } from './openTlsSocket';
import { toResponse } from './toResponse';
import { webStream } from './webStream';

const KEEP_ALIVE: KeepAlive = {
  everyMs: 15_000,
  timeoutMs: 10_000,
  idleMs: 120_000,
};

/**
 * The connections to one API server: over HTTP/2 one, or as few as the number of streams that the server
 * allows asks for; over HTTP/1.1, where the server doesn't offer better, one for each request at a time.
 */
export class ClusterConnections {
  readonly #endpoint: ClusterEndpoint;
  readonly #keepAlive: KeepAlive;
  readonly #http2 = new Set<Http2Connection>();
  #opening?: Promise<void>;
  #http1?: Pool;
  #closed?: Error;

  static create(
    endpoint: ClusterEndpoint,
    options: { keepAlive?: KeepAlive } = {},
  ) {
    return new ClusterConnections(endpoint, options.keepAlive ?? KEEP_ALIVE);
  }

  private constructor(endpoint: ClusterEndpoint, keepAlive: KeepAlive) {
    this.#endpoint = endpoint;
    this.#keepAlive = keepAlive;
    if (endpoint.url.protocol === 'http:') {
      this.#http1 = this.#openHttp1();
    }
  }

  async request(init: EndpointRequest): Promise<Response> {
    const prefix = this.#endpoint.url.pathname.replace(/\/+$/, '');
    const request = { ...init, path: prefix + init.path };
    try {
      return await this.#send(request);
    } catch (error) {
      if (error instanceof RefusedStreamError) {
        return this.#send(request);
      }
      throw error;
    }
  }

  /** Ends all requests with the reason, and takes no more. */
  close(reason: Error) {
    this.#closed = reason;
    this.#http2.forEach(connection => connection.destroy(reason));
    this.#http1?.destroy(reason).catch(() => {});
  }

  async #send(request: EndpointRequest): Promise<Response> {
    for (;;) {
      request.signal?.throwIfAborted();
      if (this.#closed) {
        throw this.#closed;
      }
      if (this.#http1) {
        return sendHttp1(this.#http1, request);
      }
      const connection = [...this.#http2].find(c => c.reserve());
      if (connection) {
        return connection.request(request);
      }
      this.#opening ??= this.#open().finally(() => {
        this.#opening = undefined;
      });
      await abortable(this.#opening, request.signal);
    }
  }

  async #open() {
    const socket = await openTlsSocket(this.#endpoint);
    if (socket.alpnProtocol !== 'h2') {
      socket.destroy();
      this.#http1 = this.#openHttp1();
      return;
    }
    const connection = await Http2Connection.over(
      socket,
      this.#endpoint.url,
      this.#keepAlive,
    );
    this.#http2.add(connection);
    connection.onClose(() => this.#http2.delete(connection));
    if (this.#closed) {
      connection.destroy(this.#closed);
    }
  }

  #openHttp1(): Pool {
    return new Pool(this.#endpoint.url.origin, {
      connect: this.#endpoint.tls,
      // How long to wait is for whoever asks to say: a watch may be silent for long
      headersTimeout: 0,
      bodyTimeout: 0,
    });
  }
}

async function sendHttp1(
  pool: Pool,
  { method, path, headers, body, signal }: EndpointRequest,
): Promise<Response> {
  const answer = await pool.request({
    method: method as 'GET',
    path,
    headers,
    body,
    signal,
  });
  return toResponse({
    status: answer.statusCode,
    headers: answer.headers,
    body: webStream(answer.body),
  });
}
