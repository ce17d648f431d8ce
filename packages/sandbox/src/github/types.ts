import type { LoggerService } from '@backstage/backend-plugin-api';

/** What a token may do; each level includes the ones before it. */
export type Permission = 'read' | 'write' | 'admin';

export type GithubToken = {
  token: string;
  /** The user that the token belongs to. */
  login: string;
  /** Defaults to `admin`. */
  permission?: Permission;
};

export type GithubOptions = {
  /** Where repositories and their metadata are kept; survives restarts. */
  directory: string;
  /** HTTP port; 0 takes a free one. */
  port: number;
  /** Port of Git over SSH; 0 takes a free one. */
  sshPort: number;
  /** Address to bind to, and host in every URL. Defaults to 127.0.0.1. */
  host?: string;
  tokens: GithubToken[];
  /** Logins that are organizations. */
  organizations: string[];
  /** The registry that the runner publishes images to; without it, image steps fail and say so. */
  registryUrl?: string;
  logger: LoggerService;
};

/** One change of one branch or tag. `before` and `after` are 40 zeros for none. */
export type PushEvent = {
  owner: string;
  repository: string;
  /** `refs/heads/main` */
  ref: string;
  before: string;
  after: string;
  /** Login, or the name of a deploy key. */
  pusher: string;
};

export const noCommit = '0'.repeat(40);
