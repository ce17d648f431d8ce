import { LoggerService } from '@backstage/backend-plugin-api';
import { join } from 'node:path';
import { KubernetesClient } from '../controllers/client';
import { GithubApi } from './GithubApi';

export const owner = 'acme';
export const platform = { name: 'Platform', email: 'platform@acme.invalid' };

export interface SeedOptions {
  /** Holds `repositories/<owner>/<name>.git`. */
  githubDirectory: string;
  github: GithubApi;
  githubUrl: string;
  sshUrl: string;
  registryUrl: string;
  clusters: Map<string, KubernetesClient>;
  /** Whether there are example applications, and a fleet repository for each cluster. */
  examples: boolean;
  /** Clusters that run elsewhere and get a fleet repository. */
  fleets: string[];
  logger: LoggerService;
}

export function repositoryPath(options: SeedOptions, name: string): string {
  return join(options.githubDirectory, 'repositories', owner, `${name}.git`);
}
