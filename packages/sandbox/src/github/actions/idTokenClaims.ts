import type { JobClaims } from '../oidc/IdTokens';
import { userId } from '../rest/userId';
import type { createGithubContext } from './githubContext';

/** Whether a job may ask for ID tokens: nothing but saying so allows it. */
export function mayRequestIdTokens(permissions: unknown): boolean {
  return (
    permissions === 'write-all' ||
    (typeof permissions === 'object' &&
      permissions !== null &&
      (permissions as Record<string, unknown>)['id-token'] === 'write')
  );
}

/**
 * What GitHub says of a job in its ID tokens.
 * https://docs.github.com/en/actions/reference/security/oidc
 *
 * @param path of the workflow's file
 * @param environment of the job, when it has one
 */
export function idTokenClaims(
  github: ReturnType<typeof createGithubContext>,
  path: string,
  environment?: string,
): JobClaims {
  const { repository, repository_owner, ref, sha, event } = github;
  const workflowRef = `${repository}/${path}@${ref}`;
  return {
    sub: `repo:${repository}:${
      environment ? `environment:${environment}` : `ref:${ref}`
    }`,
    ...(environment && { environment }),
    actor: github.actor,
    actor_id: String(userId(github.actor)),
    base_ref: github.base_ref,
    event_name: github.event_name,
    head_ref: github.head_ref,
    job_workflow_ref: workflowRef,
    job_workflow_sha: sha,
    ref,
    ref_type: github.ref_type,
    repository,
    repository_id: github.repository_id,
    repository_owner,
    repository_owner_id: String(userId(repository_owner)),
    repository_visibility: event.repository.visibility,
    run_attempt: github.run_attempt,
    run_id: github.run_id,
    run_number: github.run_number,
    runner_environment: 'self-hosted',
    sha,
    workflow: github.workflow,
    workflow_ref: workflowRef,
    workflow_sha: sha,
  };
}
