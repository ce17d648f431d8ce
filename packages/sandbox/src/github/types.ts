import type { LoggerService } from '@backstage/backend-plugin-api';
import type { BuildMode } from './actions/ContainerEngine';

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
  /** Address to listen on besides 127.0.0.1, and the host of the URLs where they are not given. */
  host?: string;
  /** What clone URLs, links and answers begin with. Defaults to `http://<host>:<port>`. */
  url?: string;
  /** What SSH clone URLs begin with. Defaults to `ssh://git@<host of url>:<sshPort>`. */
  sshUrl?: string;
  tokens: GithubToken[];
  /** Logins that are organizations. */
  organizations: string[];
  /** The registry that the runner publishes images to; without it, image steps fail and say so. */
  registryUrl?: string;
  /** How the runner builds images. Defaults to `none`. */
  build?: BuildMode;
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
