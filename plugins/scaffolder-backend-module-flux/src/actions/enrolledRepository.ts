import { InputError, NotFoundError } from '@backstage/errors';
import {
  GithubRepositories,
  RepositoryDetails,
  RepositoryName,
} from '../github/GithubRepositories';

/** A repository that exists, or the example of one for a dry run. */
export type EnrolledRepository = RepositoryName & RepositoryDetails;

const NAME = /^[a-z]([a-z0-9-]{0,38}[a-z0-9])?$/;

/** The name for Flux’s objects: as it is given, or as the component is called. */
export function nameOf(given: string): string {
  const name = given.split(/[:/]/).at(-1) ?? '';
  if (!NAME.test(name)) {
    throw new InputError(
      `Name: '${name}' can’t be the name of Kubernetes objects; use lower-case letters, digits and dashes, at most 40`,
    );
  }
  return name;
}

/** `./deploy/` as `deploy`, the root as nothing. */
export function folderOf(path: string): string {
  const folder = path.replace(/^(\.?\/)+/, '').replace(/\/+$/, '');
  if (folder.split('/').includes('..') || /[^\w./ -]/.test(folder)) {
    throw new InputError(
      `Path: '${path}' is no folder of a repository; write e.g. deploy`,
    );
  }
  return folder === '.' ? '' : folder;
}

/** What a dry run renders with, since it asks nobody. */
export function exampleRepository(name: {
  host: string;
  owner: string | undefined;
  repo: string;
}): EnrolledRepository {
  const { host, owner = 'owner', repo } = name;
  return {
    host,
    owner,
    repo,
    sshUrl: `ssh://git@${host}/${owner}/${repo}.git`,
    htmlUrl: `https://${host}/${owner}/${repo}`,
    defaultBranch: 'main',
  };
}

export async function findRepository(
  github: GithubRepositories,
  name: RepositoryName,
): Promise<EnrolledRepository> {
  const found = await github.find(name);
  if (!found) {
    throw new NotFoundError(
      `Component: its repository ${name.owner}/${name.repo} does not exist on ${name.host}, or Backstage may not see it; correct its annotation, or give the token of Backstage access`,
    );
  }
  return { ...name, ...found };
}

export async function checkPath(
  github: GithubRepositories,
  repository: EnrolledRepository,
  path: string,
): Promise<void> {
  const kind = path ? await github.pathKind(repository, path) : 'folder';
  if (kind !== 'folder') {
    throw new NotFoundError(
      `Path: ${repository.owner}/${repository.repo} has no folder ${path} on ${repository.defaultBranch}; correct the field`,
    );
  }
}
