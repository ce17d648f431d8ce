import { mkdir } from 'node:fs/promises';
import { createServer } from 'node:http';
import { listen, urlHost } from '../listen';
import { ContainerEngine } from './actions/ContainerEngine';
import { Runner } from './actions/Runner';
import { WorkflowRuns } from './actions/WorkflowRuns';
import { createApp } from './app';
import { Authenticator } from './auth';
import type { GithubContext } from './context';
import { IdTokens } from './oidc/IdTokens';
import { openSigningKey } from './oidc/signingKey';
import { openHostKey } from './ssh/hostKey';
import { startSshServer } from './ssh/server';
import { Repositories } from './store/Repositories';
import { openSecretBoxKey } from './store/secretBoxKey';
import type { GithubOptions, PushEvent } from './types';

export type GithubServer = {
  /** `http://127.0.0.1:4010`; REST is at `/api/v3` below it. Clusters and browsers use it. */
  readonly url: string;
  /** The same on loopback, whatever `url` is. */
  readonly localUrl: string;
  /** `ssh://git@127.0.0.1:4012` */
  readonly sshUrl: string;
  /** `ssh-ed25519 AAAA...`, for known_hosts; also in `GET /meta`. */
  readonly sshHostKey: string;
  readonly repositories: Repositories;
  readonly runs: WorkflowRuns;
  /** Calls back for every branch or tag that moves; gives a function that stops it. */
  onPush(listener: (event: PushEvent) => void): () => void;
  /** Resolves when no workflow run is queued or in progress. */
  idle(): Promise<void>;
  /** Cancels runs, closes connections; what is stored stays. */
  close(): Promise<void>;
};

/** Starts the local double of GitHub: HTTP, Git over SSH, and the workflow runner. */
export async function startGithub(
  options: GithubOptions,
): Promise<GithubServer> {
  const { directory, logger, host = '127.0.0.1' } = options;
  await mkdir(directory, { recursive: true });
  const [repositories, hostKey, secretKey, signingKey] = await Promise.all([
    Repositories.open(directory),
    openHostKey(directory),
    openSecretBoxKey(directory),
    openSigningKey(directory),
  ]);
  const runs = await WorkflowRuns.open(repositories);
  const ssh = await startSshServer({
    host,
    port: options.sshPort,
    hostKey,
    repositories,
    logger,
  });
  const { servers, port } = await listen(
    () => createServer(),
    options.port,
    host,
  ).catch(async error => {
    await ssh.close();
    throw error;
  });
  const url = options.url ?? `http://${urlHost(host)}:${port}`;
  const sshUrl =
    options.sshUrl ?? `ssh://git@${new URL(url).hostname}:${ssh.port}`;
  const auth = new Authenticator(options.tokens, repositories);
  const idTokens = new IdTokens(url, signingKey);
  const runner = new Runner({
    url,
    auth,
    idTokens,
    registryUrl: options.registryUrl,
    engine: new ContainerEngine(options.build ?? 'none'),
    repositories,
    runs,
    logger,
  });
  const context: GithubContext = {
    url,
    port,
    sshUrl,
    sshHostKey: hostKey.public,
    secretKey,
    webLogin: options.tokens[0]?.login ?? 'guest',
    organizations: options.organizations,
    repositories,
    auth,
    idTokens,
    runs,
    runner,
    logger,
  };
  const app = createApp(context);
  servers.forEach(server => server.on('request', app));
  const stopListening = repositories.onPush(event => runner.push(event));

  return {
    url,
    localUrl: `http://127.0.0.1:${port}`,
    sshUrl,
    sshHostKey: hostKey.public,
    repositories,
    runs,
    onPush: listener => repositories.onPush(listener),
    idle: () => runner.idle(),
    async close() {
      stopListening();
      await runner.close();
      const closed = servers.map(server => {
        const ended = new Promise(resolve => server.close(resolve));
        server.closeAllConnections();
        return ended;
      });
      await Promise.all([...closed, ssh.close()]);
    },
  };
}
