import type { LoggerService } from '@backstage/backend-plugin-api';
import type { Runner } from './actions/Runner';
import type { WorkflowRuns } from './actions/WorkflowRuns';
import type { Authenticator } from './auth';
import type { IdTokens } from './oidc/IdTokens';
import type { Repositories } from './store/Repositories';
import type { SecretBoxKey } from './store/secretBoxKey';

/** What every route needs. URLs are known only once the ports are. */
export type GithubContext = {
  readonly url: string;
  /** Where it listens, which can be other than what `url` says. */
  readonly port: number;
  readonly sshUrl: string;
  /** `ssh-ed25519 AAAA...` */
  readonly sshHostKey: string;
  readonly secretKey: SecretBoxKey;
  /** Who the person in front of the pages is. */
  readonly webLogin: string;
  readonly organizations: string[];
  readonly repositories: Repositories;
  readonly auth: Authenticator;
  readonly idTokens: IdTokens;
  readonly runs: WorkflowRuns;
  readonly runner: Runner;
  readonly logger: LoggerService;
};
