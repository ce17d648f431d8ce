import {
  ClientHttp2Session,
  ClientHttp2Stream,
  connect,
  constants,
} from 'node:http2';
import { TLSSocket } from 'node:tls';
import { EndpointRequest } from './ClusterEndpoint';
import { toResponse } from './toResponse';
import { webStream } from './webStream';

export interface KeepAlive {
  /** How often the server is asked whether it is still there. */
  everyMs: number;
  /** How long its answer may take. */
  timeoutMs: number;
  /** How long a connection without requests is kept. */
  idleMs: number;
}

/** The server has done nothing about the request, so that it may be sent again (RFC 9113, 8.7). */
export class RefusedStreamError extends Error {
  constructor() {
    super('ECONNRESET: it takes no more requests on this connection');
  }
}

// A large LIST over a distance needs more under way than Node's 64 KiB
const STREAM_WINDOW = 1024 * 1024;
const CONNECTION_WINDOW = 16 * STREAM_WINDOW;

/** One HTTP/2 connection to an API server, shared by requests up to the number that the server allows. */
export class Http2Connection {
  readonly #session: ClientHttp2Session;
  readonly #keepAlive: KeepAlive;
  #inUse = 0;
  #idleSince = performance.now();

  /** Takes over a socket on which HTTP/2 was agreed. */
  static async over(socket: TLSSocket, url: URL, keepAlive: KeepAlive) {
    const session = connect(url.origin, {
      createConnection: () => socket,
      settings: { enablePush: false, initialWindowSize: STREAM_WINDOW },
    });
    // Until the server's settings are here, nobody knows how many streams it allows
    await new Promise((resolve, reject) => {
      const timer = setTimeout(
        () => session.destroy(new Error('ETIMEDOUT: it says nothing')),
        keepAlive.timeoutMs,
      );
      session.once('remoteSettings', resolve);
      session.once('error', reject);
      session.once('close', () => reject(new Error('ECONNRESET: it hung up')));
      session.once('remoteSettings', () => clearTimeout(timer));
      session.once('close', () => clearTimeout(timer));
    });
    return new Http2Connection(session, keepAlive);
  }

  private constructor(session: ClientHttp2Session, keepAlive: KeepAlive) {
    this.#session = session;
    this.#keepAlive = keepAlive;
    session.setLocalWindowSize(CONNECTION_WINDOW);
    // Each stream fails with the same error; nothing else is to be done about it
    session.on('error', () => {});
    const timer = setInterval(() => this.#check(), keepAlive.everyMs);
    session.on('close', () => clearInterval(timer));
  }

  /** False for good once the server has announced that it goes away, or has had enough. */
  get isOpen(): boolean {
    return !this.#session.closed && !this.#session.destroyed;
  }

  onClose(listener: () => void) {
    this.#session.once('close', listener);
  }

  /** Reserves room for one request, for which `request` has to be called at once. */
  reserve(): boolean {
    const allowed = this.#session.remoteSettings.maxConcurrentStreams;
    if (!this.isOpen || this.#inUse >= Math.max(1, allowed ?? Infinity)) {
      return false;
    }
    this.#inUse++;
    return true;
  }

  request(request: EndpointRequest): Promise<Response> {
    let stream: ClientHttp2Stream;
    try {
      stream = this.#session.request(
        {
          ...request.headers,
          ':method': request.method,
          ':path': request.path,
        },
        { endStream: request.body === undefined },
      );
    } catch (error) {
      this.#release();
      return Promise.reject(error);
    }
    stream.once('close', () => {
      this.#release();
      // Some servers refuse whatever comes after that, for as long as the connection lasts
      if (stream.rstCode === constants.NGHTTP2_ENHANCE_YOUR_CALM) {
        this.#session.close();
      }
    });
    cancelOnAbort(stream, request.signal);
    return new Promise((resolve, reject) => {
      stream.on('error', error => reject(refusal(stream) ?? error));
      stream.once('close', () =>
        reject(refusal(stream) ?? new Error('ECONNRESET: it hung up')),
      );
      stream.once('response', headers =>
        resolve(
          toResponse({
            status: headers[':status'] ?? 0,
            headers,
            body: webStream(stream, () => isWhole(stream)),
          }),
        ),
      );
      if (request.body !== undefined) {
        stream.end(request.body);
      }
    });
  }

  /** Ends all its requests with the reason. */
  destroy(reason: Error) {
    this.#session.destroy(reason);
  }

  #release() {
    this.#inUse--;
    this.#idleSince = performance.now();
  }

  #check() {
    const { idleMs, timeoutMs } = this.#keepAlive;
    if (!this.isOpen) {
      return;
    }
    if (!this.#inUse && performance.now() - this.#idleSince >= idleMs) {
      this.#session.close();
      return;
    }
    let answered = false;
    this.#session.ping(() => {
      answered = true;
    });
    setTimeout(() => {
      // After a pause of this process the answer may be there unread: the sockets come first
      setImmediate(() => {
        if (!answered && !this.#session.destroyed) {
          this.destroy(new Error('ETIMEDOUT: it doesn’t answer any more'));
        }
      });
    }, timeoutMs).unref();
  }
}

function cancelOnAbort(stream: ClientHttp2Stream, signal?: AbortSignal) {
  const abort = () => {
    stream.close(constants.NGHTTP2_CANCEL);
    stream.destroy(signal?.reason);
  };
  signal?.addEventListener('abort', abort, { once: true });
  stream.once('close', () => signal?.removeEventListener('abort', abort));
}

function isWhole(stream: ClientHttp2Stream): boolean {
  return !stream.aborted && stream.rstCode === constants.NGHTTP2_NO_ERROR;
}

function refusal(stream: ClientHttp2Stream): Error | undefined {
  return stream.rstCode === constants.NGHTTP2_REFUSED_STREAM
    ? new RefusedStreamError()
    : undefined;
}
