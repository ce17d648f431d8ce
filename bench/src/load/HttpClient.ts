import { Agent, IncomingMessage, request } from 'node:http';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { Socket } from 'node:net';

const unzip = promisify(gunzip);

export interface Answer {
  status: number;
  headers: IncomingMessage['headers'];
  /** From the request's start to the last byte of its answer. */
  ms: number;
  /** All that came over the wire, headers included. */
  bytes: number;
  text(): Promise<string>;
}

export interface Ask {
  method?: 'GET' | 'POST';
  token?: string;
  headers?: Record<string, string>;
  body?: unknown;
  signal?: AbortSignal;
}

/** Asks as a browser does: connections are kept, as many as a browser opens, and answers come compressed. */
export class HttpClient {
  readonly #baseUrl: string;
  readonly #agent = new Agent({ keepAlive: true, maxSockets: 6 });

  constructor(baseUrl: string) {
    this.#baseUrl = baseUrl;
  }

  close() {
    this.#agent.destroy();
  }

  send(path: string, ask: Ask = {}): Promise<Answer> {
    return new Promise((resolve, reject) => {
      const started = performance.now();
      this.open(path, ask)
        .then(response => {
          const chunks: Buffer[] = [];
          const { socket } = response;
          response.on('data', chunk => chunks.push(chunk));
          response.on('error', reject);
          response.on('end', () => {
            const ms = performance.now() - started;
            const { statusCode = 0, headers } = response;
            const body = Buffer.concat(chunks);
            resolve({
              status: statusCode,
              headers,
              ms,
              bytes: newBytes(socket),
              text: async () =>
                (headers['content-encoding'] === 'gzip'
                  ? await unzip(body)
                  : body
                ).toString(),
            });
          });
        })
        .catch(reject);
    });
  }

  /** The answer as soon as it begins. */
  open(path: string, ask: Ask = {}): Promise<IncomingMessage> {
    const body = ask.body === undefined ? undefined : JSON.stringify(ask.body);
    return new Promise((resolve, reject) => {
      const sent = request(
        `${this.#baseUrl}${path}`,
        {
          agent: this.#agent,
          method: ask.method ?? 'GET',
          signal: ask.signal,
          headers: {
            'accept-encoding': 'gzip',
            ...(ask.token ? { authorization: `Bearer ${ask.token}` } : {}),
            ...(body
              ? {
                  'content-type': 'application/json',
                  'content-length': Buffer.byteLength(body),
                }
              : {}),
            ...ask.headers,
          },
        },
        resolve,
      );
      sent.on('error', (error: NodeJS.ErrnoException) => {
        // The server closed a connection that had been idle just as it was taken; browsers ask again, too
        if (sent.reusedSocket && error.code === 'ECONNRESET') {
          this.open(path, ask).then(resolve, reject);
        } else {
          reject(error);
        }
      });
      sent.end(body);
    });
  }

  /** The answer, which has to be 200. */
  async get(path: string, ask: Ask = {}): Promise<Answer> {
    const answer = await this.send(path, ask);
    if (answer.status !== 200) {
      throw new Error(
        `${path} answered ${answer.status}: ${(await answer.text()).slice(
          0,
          300,
        )}`,
      );
    }
    return answer;
  }
}

const seen = new WeakMap<Socket, number>();

/** What has come over a connection since it was asked before. */
function newBytes(socket: Socket): number {
  const before = seen.get(socket) ?? 0;
  seen.set(socket, socket.bytesRead);
  return socket.bytesRead - before;
}
