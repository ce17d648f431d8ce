import { InputError } from '@backstage/errors';

const SCP_LIKE = /^(?:([\w.-]+)@)?([\w.-]+):(?!\/)(.+)$/;

/**
 * Gives the `ssh://` form of what GitHub calls `ssh_url`, since Flux refuses the short `git@host:path`.
 */
export function toSshUrl(address: string): URL {
  const short = SCP_LIKE.exec(address);
  const url = URL.parse(
    short ? `ssh://${short[1] ?? 'git'}@${short[2]}/${short[3]}` : address,
  );
  if (url?.protocol !== 'ssh:' || !url.hostname) {
    throw new InputError(
      `GitHub gives '${address}' as the SSH address of the repository, which is not one; check the GitHub integration of this host`,
    );
  }
  return url;
}

/** Lines of a `known_hosts` file for the host of an `ssh://` address. */
export function knownHostsOf(url: URL, hostKeys: string[]): string {
  const host =
    url.port && url.port !== '22'
      ? `[${url.hostname}]:${url.port}`
      : url.hostname;
  return hostKeys.map(key => `${host} ${key.trim()}\n`).join('');
}
