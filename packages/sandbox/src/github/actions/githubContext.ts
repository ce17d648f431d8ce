import type { Commit } from '../git/commits';
import type { Repository } from '../store/Repository';
import type { RunRecord } from './records';

export type GithubContextInput = {
  url: string;
  repository: Repository;
  run: RunRecord;
  commit: Commit;
  before: string;
  token: string;
  workspace: string;
  job: string;
};

/** The `github` context of a job, as far as a push gives it. */
export function createGithubContext(input: GithubContextInput) {
  const { url, repository, run, commit } = input;
  const ref = `refs/heads/${run.headBranch}`;
  const record = repository.record.value;
  const headCommit = {
    id: commit.sha,
    message: commit.message,
    timestamp: commit.committer.date,
    author: commit.author,
    committer: commit.committer,
  };
  return {
    token: input.token,
    actor: run.actor,
    triggering_actor: run.actor,
    event_name: run.event,
    event: {
      ref,
      before: input.before,
      after: run.headSha,
      head_commit: headCommit,
      repository: {
        id: record.id,
        name: record.name,
        full_name: repository.fullName,
        private: record.private,
        visibility: record.private ? 'private' : 'public',
        default_branch: record.defaultBranch,
        html_url: `${url}/${repository.fullName}`,
        owner: { login: record.owner },
      },
      pusher: { name: run.actor },
      sender: { login: run.actor },
    },
    ref,
    ref_name: run.headBranch,
    ref_type: 'branch',
    head_ref: '',
    base_ref: '',
    sha: run.headSha,
    repository: repository.fullName,
    repository_owner: repository.owner,
    repository_id: String(record.id),
    run_id: String(run.id),
    run_number: String(run.number),
    run_attempt: String(run.attempt),
    server_url: url,
    api_url: `${url}/api/v3`,
    graphql_url: `${url}/api/graphql`,
    workflow: run.name,
    job: input.job,
    workspace: input.workspace,
  };
}

const exported = [
  'actor',
  'triggering_actor',
  'event_name',
  'ref',
  'ref_name',
  'ref_type',
  'head_ref',
  'base_ref',
  'sha',
  'repository',
  'repository_owner',
  'repository_id',
  'run_id',
  'run_number',
  'run_attempt',
  'server_url',
  'api_url',
  'graphql_url',
  'workflow',
  'job',
  'workspace',
] as const;

/** The GITHUB_ variables of a step. */
export function githubVariables(
  context: ReturnType<typeof createGithubContext>,
): Record<string, string> {
  return Object.fromEntries(
    exported.map(name => [`GITHUB_${name.toUpperCase()}`, context[name]]),
  );
}
