import { LoggerService } from '@backstage/backend-plugin-api';
import { ConflictError, InputError } from '@backstage/errors';
import { promises as fs } from 'node:fs';
import { join, resolve } from 'node:path';
import { SandboxConfig } from './config';
import { KubernetesClient } from './controllers/client';
import { ArtifactServer, fluxControllers } from './controllers/flux';
import { HttpKubernetesClient } from './controllers/HttpKubernetesClient';
import { runControllers } from './controllers/runtime';
import { workloadControllers } from './controllers/workloads';
import { startGithub } from './github';
import { startKubernetesApi } from './kubernetes';
import { startRegistry } from './registry';
import { GithubApi } from './seed/GithubApi';
import { seedActions } from './seed/actions';
import { seed } from './seed/seed';

const adminToken = 'sandbox-admin';
const seededFile = 'seeded';
const parts = ['github', 'registry', 'kubernetes', 'flux'];

/** All of the first world, from one start to one stop. */
export class Sandbox {
  readonly #stopping = new AbortController();
  readonly #closers: (() => Promise<void>)[] = [];
  /** What the controllers use, by the cluster's name. */
  readonly clusters = new Map<string, KubernetesClient>();
  /** Base URLs of the webhook receivers, by the cluster's name. */
  readonly webhookUrls = new Map<string, string>();
  githubUrl = '';

  /** Throws when a port is taken, naming it; nothing is left running then. */
  static async start(
    config: SandboxConfig,
    logger: LoggerService,
  ): Promise<Sandbox> {
    const sandbox = new Sandbox();
    try {
      await sandbox.#start(config, logger);
      return sandbox;
    } catch (error) {
      await sandbox.stop();
      throw explain(error) ?? error;
    }
  }

  private constructor() {}

  /** Ends what was started, in reverse; what has to survive is on disk afterwards. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    for (const close of this.#closers.splice(0).reverse()) {
      await close();
    }
  }

  async #start(config: SandboxConfig, logger: LoggerService): Promise<void> {
    const { signal } = this.#stopping;
    const directory = resolve(config.directory);
    await fs.mkdir(directory, { recursive: true });
    const isNew = !(await exists(join(directory, seededFile)));
    if (isNew) {
      // A start that was cut off may have left half of it
      for (const part of parts) {
        await fs.rm(join(directory, part), { recursive: true, force: true });
      }
    }

    const registryUrl = await this.#startRegistry(config, logger);
    const github = await startGithub({
      directory: join(directory, 'github'),
      port: config.github.port,
      sshPort: config.github.sshPort,
      host: config.github.host,
      url: config.github.url,
      sshUrl: config.github.sshUrl,
      tokens: [{ token: config.github.token, login: 'backstage' }],
      organizations: ['acme'],
      registryUrl,
      build: buildMode(config),
      logger,
    });
    this.#closers.push(() => github.close());

    this.githubUrl = github.url;
    const { clusters } = this;
    for (const { name, port } of config.kubernetes.clusters) {
      const api = await startKubernetesApi({
        name,
        port,
        directory: join(directory, 'kubernetes'),
        tokens: [
          { token: adminToken, user: 'admin', groups: ['system:masters'] },
          {
            token: 'sandbox-backstage',
            user: 'backstage',
            groups: ['backstage'],
          },
        ],
        logger,
      });
      this.#closers.push(() => api.close());
      clusters.set(
        name,
        new HttpKubernetesClient({ url: api.url, token: adminToken, logger }),
      );
    }

    const seedOptions = {
      githubDirectory: join(directory, 'github'),
      github: new GithubApi({
        baseUrl: `${github.localUrl}/api/v3`,
        token: config.github.token,
      }),
      githubUrl: github.url,
      sshUrl: github.sshUrl,
      registryUrl,
      clusters,
      examples: config.examples,
      fleets: config.fleets,
      logger,
    };
    if (isNew) {
      await seed(seedOptions);
      // What was written past the server is history: no workflow runs for it
      for (const repository of github.repositories.list()) {
        await repository.takeRefChanges('acme');
      }
      await fs.writeFile(join(directory, seededFile), '');
    }

    for (const { name, webhookPort } of config.kubernetes.clusters) {
      const client = clusters.get(name)!;
      const clusterLogger = logger.child({ cluster: name });
      const clusterDirectory = join(directory, 'flux', name);
      const artifacts = new ArtifactServer({
        directory: join(clusterDirectory, 'artifacts'),
        port: webhookPort,
      });
      await artifacts.start();
      this.#closers.push(() => artifacts.close());
      this.webhookUrls.set(name, artifacts.urlOf('').replace(/\/$/, ''));
      const running = runControllers(
        [
          ...fluxControllers({ directory: clusterDirectory, artifacts }),
          ...workloadControllers(),
        ],
        { client, logger: clusterLogger, signal },
      );
      this.#closers.push(() => running);
    }

    if (isNew && config.examples) {
      seedActions(seedOptions, signal).catch(error =>
        logger.error(
          'The sandbox could not bring its examples into their states',
          error,
        ),
      );
    }
    logger.info(
      `The sandbox is ready: Git repositories at ${github.url}/acme, kept in ${directory}`,
    );
  }

  /** Gives the URL of the registry: the sandbox's own, or one that is there. */
  async #startRegistry(
    { directory, registry }: SandboxConfig,
    logger: LoggerService,
  ): Promise<string> {
    if (registry.port === undefined) {
      return registry.url!;
    }
    const server = await startRegistry({
      directory: join(resolve(directory), 'registry'),
      port: registry.port,
      host: registry.host,
      logger,
    });
    this.#closers.push(() => server.close());
    return registry.url ?? server.url;
  }
}

/** On the clusters in this process nothing runs, so no image needs the time and the network of a real build. */
function buildMode({ github, kubernetes }: SandboxConfig) {
  const ownClusters = kubernetes.clusters.length > 0;
  return github.build === 'auto' && ownClusters ? 'none' : github.build;
}

/** Says what to do about an address that cannot be listened on. */
function explain(error: unknown): Error | undefined {
  const { code, hostname, address, port } = error as {
    code?: string;
    hostname?: string;
    address?: string;
    port?: number;
  };
  switch (code) {
    case 'EADDRINUSE':
      return new ConflictError(
        `The sandbox cannot listen on ${address}:${port}, because something else does. ` +
          `End it (another 'yarnw start'?), or change the port under 'sandbox' in the configuration.`,
      );
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return new InputError(
        `The sandbox cannot listen on ${
          hostname ?? address
        }, because this machine does not have that address. ` +
          `Change 'host' under 'sandbox.github' or 'sandbox.registry' in the configuration.`,
      );
    default:
      return undefined;
  }
}

async function exists(path: string): Promise<boolean> {
  return fs.access(path).then(
    () => true,
    () => false,
  );
}
