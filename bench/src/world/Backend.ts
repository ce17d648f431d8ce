import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { configure } from '../backend/configure';
import { HttpClient } from '../load/HttpClient';
import { Child } from '../processes/Child';
import { freePort } from '../processes/freePort';
import { openSockets, Usage, UsageOptions } from '../processes/usage';

export interface BackendOptions {
  script: string;
  directory: string;
  /** Tells the clusters who asks. */
  token: string;
  parts: string[];
  clusterPorts: number[];
  ca: string;
  applications: string[];
}

const READY_MS = 120_000;

/** A Backstage backend in a process of its own, as it runs in production. */
export class Backend {
  readonly token: string;
  readonly baseUrl: string;
  readonly client: HttpClient;
  readonly #child: Child;
  readonly #tokens = new Map<string, Promise<string>>();

  static async start(options: BackendOptions): Promise<Backend> {
    const { script, directory, token, parts } = options;
    const port = await freePort();
    const config = configure({ ...options, port });
    const child = await Child.start({
      script,
      log: join(directory, `${token}.log`),
      args: [...parts, '--config', config],
      // V8 collects garbage of its own accord after a while of rest, which costs as much as fifty viewers do in
      // a minute and comes by chance; what is collected because memory was used is measured
      nodeArgs: ['--expose-gc', '--no-memory-reducer'],
    });
    return new Backend(token, child, `http://127.0.0.1:${port}`);
  }

  private constructor(token: string, child: Child, baseUrl: string) {
    this.token = token;
    this.#child = child;
    this.baseUrl = baseUrl;
    this.client = new HttpClient(baseUrl);
  }

  /** A Backstage token of a user, who needn't be in the catalog. */
  async userToken(user: string): Promise<string> {
    let token = this.#tokens.get(user);
    if (!token) {
      token = this.client
        .get('/api/auth/bench/refresh', { headers: { 'x-bench-user': user } })
        .then(async answer => JSON.parse(await answer.text()))
        .then(({ backstageIdentity }) => backstageIdentity.token);
      this.#tokens.set(user, token);
    }
    return token;
  }

  /** Resolves when the catalog has all entities. */
  async hasEntities(applications: string[]) {
    const token = await this.userToken('setup');
    await until(`the catalog of ${this.token}`, async () => {
      const answer = await this.client.get(
        '/api/catalog/entities/by-query?limit=0&filter=kind=component',
        { token },
      );
      const { totalItems } = JSON.parse(await answer.text());
      return totalItems >= applications.length;
    });
  }

  usage(options: UsageOptions = {}): Promise<Usage> {
    return this.#child.call('usage', options);
  }

  startProfile(): Promise<void> {
    return this.#child.call('startProfile');
  }

  stopProfile(file: string): Promise<void> {
    return this.#child.call('stopProfile', file);
  }

  sockets(): number {
    return openSockets(this.#child.pid);
  }

  async stop() {
    this.client.close();
    await this.#child.stop();
  }
}

/** Waits for something that is asked again and again. */
export async function until(
  what: string,
  condition: () => Promise<boolean>,
  options: { everyMs?: number; timeoutMs?: number } = {},
) {
  const { everyMs = 100, timeoutMs = READY_MS } = options;
  const end = performance.now() + timeoutMs;
  while (!(await condition())) {
    if (performance.now() > end) {
      throw new Error(
        `Waited ${timeoutMs / 1000} s in vain for ${what}; see its log`,
      );
    }
    await delay(everyMs);
  }
}
