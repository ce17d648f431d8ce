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

/** The few calls to GitHub that an enrolment makes, with errors that say what to do. */
export class GithubRepositories {
  readonly #integrations: ScmIntegrationRegistry;
  readonly #logger: LoggerService;

  static create(options: {
    integrations: ScmIntegrationRegistry;
    logger: LoggerService;
  }) {
    return new GithubRepositories(options);
  }

  private constructor(options: {
    integrations: ScmIntegrationRegistry;
    logger: LoggerService;
  }) {
    this.#integrations = options.integrations;
    this.#logger = options.logger;
  }

  async ownerExists(name: RepositoryName): Promise<boolean> {
    const found = await this.#ask(
      name,
      `look up the owner ${name.owner}`,
      async client => client.rest.users.getByUsername({ username: name.owner }),
    );
    return found !== undefined;
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
    if (!this.#integrations.github.byHost(name.host)) {
      throw new InputError(
        `Backstage is not connected to a GitHub at '${name.host}'; add it under integrations.github`,
      );
    }
    const client = new Octokit({
      ...(await getOctokitOptions({
        integrations: this.#integrations,
        ...name,
      })),
      log: this.#logger,
    });
    try {
      return await call(client);
    } catch (error) {
      const status = (error as { status?: unknown }).status;
      if (status === 404) {
        return undefined;
      }
      const what = `GitHub (${name.host}) refused to ${action}`;
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
