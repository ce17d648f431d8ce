import type { Repository } from '../store/Repository';
import type { ContainerEngine } from './ContainerEngine';
import type { JobEnvironment } from './JobEnvironment';
import type { JobLog } from './JobLog';

export type ActionInput = {
  with: Record<string, string>;
  repository: Repository;
  url: string;
  registryUrl?: string;
  engine: ContainerEngine;
  sha: string;
  branch: string;
  environment: JobEnvironment;
  log: JobLog;
  signal: AbortSignal;
};

export type Outputs = Record<string, string>;

/** What stands in for an action of `uses:`; gives its outputs. */
export type Action = (input: ActionInput) => Promise<Outputs>;
