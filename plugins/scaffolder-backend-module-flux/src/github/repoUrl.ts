import { RepositoryName } from './GithubRepositories';

/** The form in which the scaffolder’s own actions take a repository. */
export function repoUrlOf({ host, owner, repo }: RepositoryName): string {
  return `${host}?owner=${encodeURIComponent(owner)}&repo=${encodeURIComponent(
    repo,
  )}`;
}

/** The fleet repository of a cluster; `given` is `name`, `owner/name` or empty for `fleet-<cluster>`. */
export function fleetRepositoryOf(options: {
  host: string;
  owner: string;
  cluster: string;
  given: string | undefined;
}): RepositoryName {
  const { host, given, cluster } = options;
  const [repo, owner = options.owner] = (given || `fleet-${cluster}`)
    .split('/')
    .reverse();
  return { host, owner, repo };
}
