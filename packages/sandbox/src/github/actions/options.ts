import type { LoggerService } from '@backstage/backend-plugin-api';
import type { Authenticator } from '../auth';
import type { IdTokens } from '../oidc/IdTokens';
import type { Repositories } from '../store/Repositories';
import type { ContainerEngine } from './ContainerEngine';
import type { WorkflowRuns } from './WorkflowRuns';

export type RunnerOptions = {
  url: string;
  registryUrl?: string;
  engine: ContainerEngine;
  repositories: Repositories;
  runs: WorkflowRuns;
  auth: Authenticator;
  idTokens: IdTokens;
  logger: LoggerService;
};

/** The login of what a workflow does itself, whose pushes start no workflows. */
export const actionsLogin = 'github-actions[bot]';
