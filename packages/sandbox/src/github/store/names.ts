const ownerPattern = /^[A-Za-z0-9](?:[A-Za-z0-9-]{0,37}[A-Za-z0-9])?$/;
const namePattern = /^[A-Za-z0-9._-]{1,100}$/;

export function isOwnerName(name: string): boolean {
  return ownerPattern.test(name);
}

/** GitHub's rule for repository names, which also keeps them from being a path. */
export function isRepositoryName(name: string): boolean {
  return (
    namePattern.test(name) &&
    name !== '.' &&
    name !== '..' &&
    !/\.(git|wiki)$/i.test(name)
  );
}

/** `owner/name.git` or `owner/name`, as URLs and ssh commands have it. */
export function parseRepositoryPath(
  path: string,
): { owner: string; name: string } | undefined {
  const match = /^\/?([^/]+)\/([^/]+?)(?:\.git)?\/?$/.exec(path);
  if (!match || !isOwnerName(match[1]) || !isRepositoryName(match[2])) {
    return undefined;
  }
  return { owner: match[1], name: match[2] };
}
