import { LoggerService } from '@backstage/backend-plugin-api';
import {
  InputError,
  NotAllowedError,
  ServiceUnavailableError,
  stringifyError,
} from '@backstage/errors';
import { ScmIntegrationRegistry } from '@backstage/integration';
import { getOctokitOptions } from '@backstage/plugin-scaffolder-backend-module-github';
import { Octokit } from 'octokit';

/** Names a repository on a GitHub host. */
export interface RepositoryName {
  host: string;
  owner: string;
  repo: string;
}

/** What an enrolment needs to know of a repository. */
export interface RepositoryDetails {
  sshUrl: string;
  htmlUrl: string;
  defaultBranch: string;
}

/** What a path in a repository is. */
export type PathKind = 'folder' | 'file';

interface GithubRepositoriesOptions {
  integrations: ScmIntegrationRegistry;
  logger: LoggerService;
  /** Ends what is being asked. */
  signal?: AbortSignal;
}

const TIMEOUT_MS = 30_000;
/** A limit that ends sooner is waited for, once. */
const LIMIT_SECONDS = 10;

const retriesSoon = (
  seconds: number,
  _options: unknown,
  _octokit: unknown,
  retries: number,
) => seconds <= LIMIT_SECONDS && retries === 0;

/** GitHub tells of limits by 429 or, as of rights, by 403. */
function isLimit(error: any): boolean {
  const headers = error.response?.headers ?? {};
  return (
    error.status === 429 ||
    (error.status === 403 &&
      (headers['x-ratelimit-remaining'] === '0' ||
        headers['retry-after'] !== undefined ||
        /rate limit/i.test(error.message)))
  );
}

/** The few calls to GitHub that an enrolment makes, with errors that say what to do. */
export class GithubRepositories {
  readonly #options: GithubRepositoriesOptions;

  static create(options: GithubRepositoriesOptions) {
    return new GithubRepositories(options);
  }

  private constructor(options: GithubRepositoriesOptions) {
    this.#options = options;
  }

  /** The owner's name as GitHub spells it, which takes any case; `undefined` when there is none. */
  async findOwner(name: RepositoryName): Promise<string | undefined> {
    const found = await this.#ask(
      name,
      `look up the owner ${name.owner}`,
      async client => client.rest.users.getByUsername({ username: name.owner }),
    );
    return found?.data.login;
  }

  async find(name: RepositoryName): Promise<RepositoryDetails | undefined> {
    const { owner, repo } = name;
    const found = await this.#ask(
      name,
      `look up ${owner}/${repo}`,
      async client => client.rest.repos.get({ owner, repo }),
    );
    return (
      found && {
        sshUrl: found.data.ssh_url,
        htmlUrl: found.data.html_url,
        defaultBranch: found.data.default_branch,
      }
    );
  }

  /** What is at a path on the default branch; `undefined` when nothing is. */
  async pathKind(
    name: RepositoryName,
    path: string,
  ): Promise<PathKind | undefined> {
    const { owner, repo } = name;
    const found = await this.#ask(
      name,
      `look up ${path || '/'} in ${owner}/${repo}`,
      async (
        client, // The slashes of a path stay as they are, which getContent would encode
      ) =>
        client.request(
          `GET /repos/{owner}/{repo}/contents/${path
            .split('/')
            .map(encodeURIComponent)
            .join('/')}`,
          { owner, repo },
        ),
    );
    if (!found) {
      return undefined;
    }
    return Array.isArray(found.data) ? 'folder' : 'file';
  }

  /** Public host keys of the SSH server, e.g. `ssh-ed25519 AAAA…`; empty where the host does not tell. */
  async sshHostKeys(name: RepositoryName): Promise<string[]> {
    const found = await this.#ask(
      name,
      'read the SSH host keys',
      async client => client.rest.meta.get(),
    );
    return found?.data.ssh_keys ?? [];
  }

  /** Answers the id of the key. */
  async addDeployKey(
    name: RepositoryName,
    key: { title: string; publicKey: string; readOnly: boolean },
  ): Promise<number> {
    const { owner, repo } = name;
    const action = `add a deploy key to ${owner}/${repo}`;
    const made = await this.#ask(name, action, async client =>
      client.rest.repos.createDeployKey({
        owner,
        repo,
        title: key.title,
        key: key.publicKey,
        read_only: key.readOnly,
      }),
    );
    if (!made) {
      throw new NotAllowedError(
        `GitHub (${name.host}) knows no repository ${owner}/${repo} that the token of Backstage may administer; give the token administration rights on it`,
      );
    }
    return made.data.id;
  }

  /** Ids of the keys with that title. */
  async deployKeysTitled(
    name: RepositoryName,
    title: string,
  ): Promise<number[]> {
    const { owner, repo } = name;
    const keys = await this.#ask(
      name,
      `list the deploy keys of ${owner}/${repo}`,
      client =>
        client.paginate(client.rest.repos.listDeployKeys, { owner, repo }),
    );
    return (keys ?? []).filter(key => key.title === title).map(({ id }) => id);
  }

  async removeDeployKey(name: RepositoryName, id: number): Promise<void> {
    const { owner, repo } = name;
    await this.#ask(name, `remove a deploy key of ${owner}/${repo}`, client =>
      client.rest.repos.deleteDeployKey({ owner, repo, key_id: id }),
    );
  }

  /** `undefined` when GitHub answers 404. */
  async #ask<T>(
    name: RepositoryName,
    action: string,
    call: (client: Octokit) => Promise<T>,
  ): Promise<T | undefined> {
    const { integrations, logger, signal } = this.#options;
    if (!integrations.github.byHost(name.host)) {
      throw new InputError(
        `Backstage is not connected to a GitHub at '${name.host}'; add it under integrations.github`,
      );
    }
    const timeout = AbortSignal.timeout(TIMEOUT_MS);
    try {
      const options = await getOctokitOptions({ integrations, ...name });
      const client = new Octokit({
        ...options,
        log: logger,
        request: {
          ...options.request,
          signal: signal ? AbortSignal.any([signal, timeout]) : timeout,
        },
        throttle: {
          onRateLimit: retriesSoon,
          onSecondaryRateLimit: retriesSoon,
        },
      });
      return await call(client);
    } catch (error) {
      signal?.throwIfAborted();
      const status = (error as { status?: unknown }).status;
      if (status === 404) {
        return undefined;
      }
      const what = `GitHub (${name.host}) refused to ${action}`;
      if (isLimit(error)) {
        throw new ServiceUnavailableError(
          `${what}, because Backstage has asked too often: ${stringifyError(
            error,
          )}; try again later`,
        );
      }
      if (status === 401 || status === 403) {
        throw new NotAllowedError(
          `${what}: ${stringifyError(
            error,
          )}; check the rights of the token under integrations.github`,
        );
      }
      if (status === 422) {
        throw new InputError(`${what}: ${stringifyError(error)}`);
      }
      throw new ServiceUnavailableError(
        `GitHub (${name.host}) could not ${action}: ${stringifyError(
          error,
        )}; try again later`,
      );
    }
  }
}
