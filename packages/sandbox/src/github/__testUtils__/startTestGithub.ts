import { mockServices } from '@backstage/backend-test-utils';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startGithub, type GithubServer } from '../server';
import type { GithubOptions } from '../types';

export type ApiAnswer = {
  status: number;
  headers: Headers;
  text: string;
  body: any;
};

export type TestGithub = GithubServer & {
  host: string;
  logger: ReturnType<typeof mockServices.logger.mock>;
  /** REST as the administrator, unless `token` says otherwise (null: anonymous). */
  api(
    path: string,
    options?: {
      method?: string;
      body?: unknown;
      token?: string | null;
      headers?: Record<string, string>;
    },
  ): Promise<ApiAnswer>;
  temporaryDirectory(): Promise<string>;
  /** Stops it and starts another over the same directory. */
  restart(changed?: Partial<GithubOptions>): Promise<TestGithub>;
  /** Stops it and removes everything. */
  stop(): Promise<void>;
};

/** A double on free ports over a temporary directory. */
export async function startTestGithub(
  options: Partial<GithubOptions> = {},
  root?: string,
): Promise<TestGithub> {
  const base = root ?? (await mkdtemp(join(tmpdir(), 'sandbox-github-')));
  const logger = mockServices.logger.mock();
  const server = await startGithub({
    directory: join(base, 'github'),
    port: 0,
    sshPort: 0,
    organizations: ['acme'],
    tokens: [
      { token: 'admin-token', login: 'guest' },
      { token: 'read-token', login: 'reader', permission: 'read' },
    ],
    logger,
    ...options,
  });
  return {
    ...server,
    host: new URL(server.url).host,
    logger,
    async api(path, request = {}) {
      const { method = 'GET', body, token = 'admin-token', headers } = request;
      const response = await fetch(`${server.url}/api/v3${path}`, {
        method,
        body: body === undefined ? undefined : JSON.stringify(body),
        headers: {
          ...(token && { authorization: `Bearer ${token}` }),
          'content-type': 'application/json',
          ...headers,
        },
      });
      const text = await response.text();
      let parsed: unknown;
      try {
        parsed = JSON.parse(text);
      } catch {
        parsed = undefined;
      }
      return {
        status: response.status,
        headers: response.headers,
        text,
        body: parsed,
      };
    },
    temporaryDirectory: () => mkdtemp(join(base, 'work-')),
    async restart(changed) {
      await server.close();
      return startTestGithub({ ...options, ...changed }, base);
    },
    async stop() {
      await server.close();
      await rm(base, { recursive: true, force: true });
    },
  };
}
