import http, { type IncomingMessage } from 'node:http';
import https from 'node:https';
import { KubernetesApiError } from './client';

export interface TransportOptions {
  /** The API server, e.g. `https://127.0.0.1:6443`. */
  url: string;
  token?: string;
  /** PEM; without it the system's authorities are trusted. */
  ca?: string;
  /** Acts as this user. */
  impersonate?: string;
  requestTimeoutMs?: number;
}

interface Send {
  body?: unknown;
  contentType?: string;
  signal?: AbortSignal;
  timeoutMs: number;
}

// Connections are kept across clients, e.g. those that impersonate.
const httpAgent = new http.Agent({ keepAlive: true });
const httpsAgent = new https.Agent({ keepAlive: true });

/** HTTP to one API server: headers, timeouts, and errors as the API words them. */
export class HttpTransport {
  readonly #options: TransportOptions;
  readonly #secure: boolean;

  constructor(options: TransportOptions) {
    this.#options = options;
    this.#secure = options.url.startsWith('https:');
  }

  async json(
    method: string,
    path: string,
    body?: unknown,
    contentType?: string,
    signal?: AbortSignal,
  ): Promise<any> {
    const response = await this.#send(method, path, {
      body,
      contentType,
      signal,
      timeoutMs: this.#options.requestTimeoutMs ?? 30_000,
    });
    return JSON.parse(await readText(response));
  }

  /** The lines of a streamed answer; a silence of `inactivityMs` ends it with an error. */
  async *lines(
    path: string,
    options: { signal: AbortSignal; inactivityMs: number },
  ): AsyncGenerator<string> {
    const response = await this.#send('GET', path, {
      signal: options.signal,
      timeoutMs: options.inactivityMs,
    });
    response.setEncoding('utf8');
    let rest = '';
    try {
      for await (const chunk of response) {
        const lines = (rest + chunk).split('\n');
        rest = lines.pop()!;
        yield* lines.filter(Boolean);
      }
    } finally {
      response.destroy();
    }
  }

  async #send(
    method: string,
    path: string,
    send: Send,
  ): Promise<IncomingMessage> {
    const { url, token, ca, impersonate } = this.#options;
    const payload =
      send.body === undefined ? undefined : JSON.stringify(send.body);
    const headers: Record<string, string | number> = {
      accept: 'application/json',
      'user-agent': 'backstage-flux-sandbox',
      ...(token && { authorization: `Bearer ${token}` }),
      ...(impersonate && { 'impersonate-user': impersonate }),
      ...(payload !== undefined && {
        'content-type': send.contentType ?? 'application/json',
        'content-length': Buffer.byteLength(payload),
      }),
    };
    const response = await new Promise<IncomingMessage>((resolve, reject) => {
      const common = { method, headers, signal: send.signal };
      const request = this.#secure
        ? https.request(new URL(path, url), {
            ...common,
            ...(ca ? { ca } : { agent: httpsAgent }),
          })
        : http.request(new URL(path, url), { ...common, agent: httpAgent });
      // Once there is an answer, its reader is who must hear of the error.
      let silent: { destroy(error: Error): unknown } = request;
      request.setTimeout(send.timeoutMs, () =>
        silent.destroy(
          new Error(`${url} said nothing for ${send.timeoutMs} ms`),
        ),
      );
      request.once('response', answer => {
        silent = answer;
        resolve(answer);
      });
      request.on('error', reject);
      request.end(payload);
    });
    if ((response.statusCode ?? 500) >= 300) {
      throw await toError(response);
    }
    return response;
  }
}

async function readText(response: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of response) {
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

async function toError(response: IncomingMessage): Promise<Error> {
  const code = response.statusCode ?? 500;
  const text = await readText(response);
  let status: { reason?: string; message?: string } = {};
  try {
    status = JSON.parse(text);
  } catch {
    // A proxy in between answers in its own words.
  }
  const error = new KubernetesApiError(
    code,
    status.reason ?? '',
    status.message ?? (text.slice(0, 500) || `HTTP status ${code}`),
  );
  const seconds = Number(response.headers['retry-after']);
  return Object.assign(error, seconds > 0 && { retryAfterMs: seconds * 1000 });
}
