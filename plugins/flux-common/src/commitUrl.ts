/**
 * What is known of Git hosts beside their addresses.
 *
 * @public
 */
export interface CommitUrlOptions {
  /**
   * Web address by Git host, with its port where the Git address has one, e.g.
   * `{'127.0.0.1:4012': 'http://127.0.0.1:4010'}`. Needed where SSH has its own port or host.
   */
  webBaseUrls?: Record<string, string>;
}

interface Place {
  host: string;
  path: string;
  base?: string;
}

function place(gitUrl: string): Place | undefined {
  const scp =
    /^(?:[^\s@/:]+@(?=[\w.-]+:)|(?=[\w-]+\.))([\w.-]+):(?!\/\/)\/?([^\s]+)$/.exec(
      gitUrl,
    );
  if (scp && !gitUrl.includes('://')) {
    return { host: scp[1], path: scp[2], base: `https://${scp[1]}` };
  }
  let url: URL;
  try {
    url = new URL(gitUrl);
  } catch {
    return undefined;
  }
  const path = url.pathname.replace(/^\/+/, '');
  if (url.protocol === 'http:' || url.protocol === 'https:') {
    return { host: url.host, path, base: url.origin };
  }
  if (url.protocol === 'ssh:') {
    // The port of SSH says nothing about where the web pages are.
    const base =
      url.port === '' || url.port === '22'
        ? `https://${url.hostname}`
        : undefined;
    return { host: url.host, path, base };
  }
  return undefined;
}

/**
 * Web address of a repository, for any form of Git address; undefined where none can be made. Only
 * ever http or https, never with credentials.
 *
 * @public
 */
export function repositoryUrl(
  gitUrl: string,
  options: CommitUrlOptions = {},
): string | undefined {
  const found = place(gitUrl.trim());
  if (!found) return undefined;
  const base = options.webBaseUrls?.[found.host] ?? found.base;
  const path = found.path.replace(/\/+$/, '').replace(/\.git$/, '');
  if (!base || !path || !/^https?:\/\//i.test(base)) return undefined;
  try {
    const url = new URL(`${base.replace(/\/+$/, '')}/${path}`);
    url.username = '';
    url.password = '';
    return url.toString();
  } catch {
    return undefined;
  }
}

/**
 * Web address of a commit: `/commit/<hash>` as GitHub, Gitea and Forgejo have it, `/-/commit/` on
 * GitLab, `/commits/` on Bitbucket.
 *
 * @public
 */
export function commitUrl(
  gitUrl: string,
  commit: string,
  options: CommitUrlOptions = {},
): string | undefined {
  const repository = repositoryUrl(gitUrl, options);
  if (!repository || !/^[0-9a-f]{7,64}$/.test(commit)) return undefined;
  const { hostname } = new URL(repository);
  if (/(^|\.)gitlab\./.test(hostname)) {
    return `${repository}/-/commit/${commit}`;
  }
  if (/(^|\.)bitbucket\./.test(hostname)) {
    return `${repository}/commits/${commit}`;
  }
  return `${repository}/commit/${commit}`;
}
