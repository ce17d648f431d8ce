import { execFile } from 'node:child_process';
import { resolvePackagePath } from '@backstage/backend-plugin-api';
import type { KubernetesClient, KubernetesObject } from '../../client';

/** git said no; the message is what it wrote to stderr. */
export class GitError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'GitError';
  }
}

/** How git gets into a repository. */
export interface GitAuth {
  username?: string;
  password?: string;
  bearerToken?: string;
  identity?: string;
  knownHosts?: string;
}

/** Runs git without the user's configuration, prompts or credentials. */
export function git(
  args: string[],
  options: {
    cwd?: string;
    signal?: AbortSignal;
    timeoutMs?: number;
    input?: Buffer | string;
    env?: Record<string, string>;
  } = {},
): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const child = execFile(
      'git',
      args,
      {
        cwd: options.cwd,
        signal: options.signal,
        timeout: options.timeoutMs,
        encoding: 'buffer',
        maxBuffer: 256 * 1024 * 1024,
        env: {
          PATH: process.env.PATH,
          HOME: '/nonexistent',
          LC_ALL: 'C',
          GIT_CONFIG_NOSYSTEM: '1',
          GIT_CONFIG_GLOBAL: '/dev/null',
          GIT_TERMINAL_PROMPT: '0',
          ...options.env,
        },
      },
      (error, stdout, stderr) => {
        if (!error) {
          resolve(stdout);
        } else if (error.killed) {
          reject(new GitError('context deadline exceeded'));
        } else {
          reject(new GitError(stderr.toString().trim() || error.message));
        }
      },
    );
    child.stdin?.on('error', () => {});
    child.stdin?.end(options.input ?? '');
  });
}

/** Secrets go through the environment, where other users' process lists do not show them. */
export function gitAuthEnv(auth: GitAuth | undefined): Record<string, string> {
  if (!auth) {
    return {};
  }
  if (auth.identity) {
    const client = resolvePackagePath(
      '@backstage-flux/sandbox',
      'src/controllers/flux/lib/sshClient.cjs',
    );
    const quote = (text: string) => `'${text.replace(/'/g, `'\\''`)}'`;
    return {
      GIT_SSH_COMMAND: `${quote(process.execPath)} ${quote(client)}`,
      GIT_SSH_VARIANT: 'ssh',
      SANDBOX_SSH_IDENTITY: auth.identity,
      SANDBOX_SSH_PASSWORD: auth.password ?? '',
      SANDBOX_SSH_KNOWN_HOSTS: auth.knownHosts ?? '',
    };
  }
  const value = auth.bearerToken
    ? `Bearer ${auth.bearerToken}`
    : `Basic ${Buffer.from(
        `${auth.username ?? ''}:${auth.password ?? ''}`,
      ).toString('base64')}`;
  return {
    GIT_CONFIG_COUNT: '1',
    GIT_CONFIG_KEY_0: 'http.extraHeader',
    GIT_CONFIG_VALUE_0: `Authorization: ${value}`,
  };
}

/** The credentials that a GitRepository's secretRef names. */
export async function gitAuthOf(
  repository: KubernetesObject,
  client: KubernetesClient,
): Promise<GitAuth | undefined> {
  const { secretRef, url } = repository.spec;
  const { namespace } = repository.metadata;
  const ssh = String(url).startsWith('ssh://');
  if (!secretRef) {
    if (ssh) {
      throw new GitError(
        "failed to configure authentication options: invalid 'ssh' auth option: 'identity' is required",
      );
    }
    return undefined;
  }
  const secret = await client.get({
    apiVersion: 'v1',
    kind: 'Secret',
    namespace,
    name: secretRef.name,
  });
  if (!secret) {
    throw new GitError(
      `failed to get secret '${namespace}/${secretRef.name}': secrets "${secretRef.name}" not found`,
    );
  }
  const value = (key: string): string | undefined =>
    secret.data?.[key] === undefined
      ? secret.stringData?.[key]
      : Buffer.from(secret.data[key], 'base64').toString();
  if (ssh) {
    const missing = ['identity', 'known_hosts'].find(key => !value(key));
    if (missing) {
      throw new GitError(
        `failed to configure authentication options: invalid 'ssh' auth option: '${missing}' is required`,
      );
    }
    return {
      identity: value('identity'),
      password: value('password'),
      knownHosts: value('known_hosts'),
    };
  }
  return {
    username: value('username'),
    password: value('password'),
    bearerToken: value('bearerToken'),
  };
}

/** What git says, in the words of the library that Flux uses. */
export function fluxGitMessage(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  const ref = /couldn't find remote ref (\S+)/.exec(text);
  if (ref) {
    return `couldn't find remote ref "${ref[1]}"`;
  }
  if (/could not read Username|Authentication failed|error: 401/i.test(text)) {
    return 'authentication required: ';
  }
  if (
    /error: 403|permission denied|not permitted|denied to|read.only/i.test(text)
  ) {
    return 'authorization failed: ';
  }
  if (
    /repository '.*' not found|does not appear to be a git repository|Repository not found|error: 404/i.test(
      text,
    )
  ) {
    return 'repository not found: ';
  }
  const host = /(?:Failed to connect to|connect to) (\S+) port (\d+)/i.exec(
    text,
  );
  if (host || /ECONNREFUSED|Connection refused/i.test(text)) {
    const address = host
      ? `${host[1]}:${host[2]}`
      : /ECONNREFUSED ([\d.:]+)/.exec(text)?.[1] ?? '';
    return `dial tcp ${address}: connect: connection refused`;
  }
  const ssh = /sandbox-ssh: (.*)/.exec(text);
  if (ssh) {
    return ssh[1];
  }
  return text
    .split('\n')
    .map(line => line.replace(/^(fatal|error|remote): /, ''))
    .filter(Boolean)
    .slice(0, 3)
    .join('; ');
}
