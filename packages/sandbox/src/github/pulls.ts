import { GithubError, validationFailed } from './errors';
import { signatureOf } from './commitFile';
import { GitFailed } from './git/git';
import type { Repositories } from './store/Repositories';
import type { PullRecord } from './store/records';
import type { Repository } from './store/Repository';

const now = () => new Date().toISOString();

export type NewPull = {
  title: string;
  body?: string | null;
  draft?: boolean;
  head: string;
  base: string;
  user: string;
};

async function replacePull(
  repository: Repository,
  number: number,
  change: (pull: PullRecord) => PullRecord,
): Promise<PullRecord> {
  const details = await repository.details.update(d => ({
    ...d,
    pulls: d.pulls.map(p =>
      p.number === number ? { ...change(p), updatedAt: now() } : p,
    ),
  }));
  return details.pulls.find(p => p.number === number)!;
}

export { replacePull as updatePull };

/** A pull request as it is now: an open one follows its branches. */
export async function currentPull(
  repository: Repository,
  pull: PullRecord,
): Promise<PullRecord> {
  if (pull.state !== 'open') {
    return pull;
  }
  const { git } = repository;
  const head = await git.resolve(`refs/heads/${pull.head.ref}`);
  const base = await git.resolve(`refs/heads/${pull.base.ref}`);
  return {
    ...pull,
    head: { ...pull.head, sha: head ?? pull.head.sha },
    base: { ...pull.base, sha: base ?? pull.base.sha },
  };
}

/** Opens a pull request between two branches of one repository. */
export async function openPull(
  repositories: Repositories,
  repository: Repository,
  input: NewPull,
): Promise<PullRecord> {
  const { git } = repository;
  const invalid = (field: string) =>
    validationFailed({ resource: 'PullRequest', code: 'invalid', field });
  const [owner, branch] = input.head.includes(':')
    ? input.head.split(':', 2)
    : [repository.owner, input.head];
  const head = await git.resolve(`refs/heads/${branch}`);
  // Forks do not exist here, so a head of another owner is none.
  if (!head || owner.toLowerCase() !== repository.owner.toLowerCase()) {
    throw invalid('head');
  }
  const base = await git.resolve(`refs/heads/${input.base}`);
  if (!base) {
    throw invalid('base');
  }
  if ((await git.mergeBase(base, head)) === head) {
    throw validationFailed({
      resource: 'PullRequest',
      code: 'custom',
      message: `No commits between ${input.base} and ${branch}`,
    });
  }
  const id = await repositories.nextId();
  let created: PullRecord | undefined;
  await repository.details.update(d => {
    const duplicate = d.pulls.some(
      p =>
        p.state === 'open' &&
        p.head.ref === branch &&
        p.base.ref === input.base,
    );
    if (duplicate) {
      throw validationFailed({
        resource: 'PullRequest',
        code: 'custom',
        message: `A pull request already exists for ${repository.owner}:${branch}.`,
      });
    }
    created = {
      id,
      number: d.pulls.reduce((n, p) => Math.max(n, p.number), 0) + 1,
      title: input.title,
      body: input.body ?? null,
      draft: input.draft ?? false,
      state: 'open',
      user: input.user,
      head: { ref: branch, sha: head },
      base: { ref: input.base, sha: base },
      createdAt: now(),
      updatedAt: now(),
      closedAt: null,
      mergedAt: null,
      mergedBy: null,
      mergeCommitSha: null,
      requestedReviewers: [],
      requestedTeams: [],
      assignees: [],
      labels: [],
    };
    return { ...d, pulls: [...d.pulls, created] };
  });
  return created!;
}

export type MergeOptions = {
  login: string;
  method?: 'merge' | 'squash';
  title?: string;
  message?: string;
  /** The head that the caller has seen. */
  sha?: string;
};

/** Merges a pull request into its base branch, with a merge commit or squashed. */
export async function mergePull(
  repositories: Repositories,
  repository: Repository,
  number: number,
  options: MergeOptions,
): Promise<PullRecord> {
  const { git } = repository;
  const found = repository.details.value.pulls.find(p => p.number === number);
  if (!found || found.state !== 'open' || found.draft) {
    throw new GithubError(405, 'Pull Request is not mergeable');
  }
  const pull = await currentPull(repository, found);
  if (options.sha && options.sha !== pull.head.sha) {
    throw new GithubError(
      409,
      'Head branch was modified. Review and try the merge again.',
    );
  }
  const tree = await git.mergeTree(pull.base.sha, pull.head.sha);
  if (!tree) {
    throw new GithubError(405, 'Merge conflict between base and head');
  }
  const squash = options.method === 'squash';
  const title =
    options.title ??
    (squash
      ? `${pull.title} (#${pull.number})`
      : `Merge pull request #${pull.number} from ${repository.owner}/${pull.head.ref}`);
  const message = options.message ?? (squash ? pull.body ?? '' : pull.title);
  const merged = await git.createCommit({
    message: `${title}\n\n${message}`.trimEnd().concat('\n'),
    tree,
    parents: squash ? [pull.base.sha] : [pull.base.sha, pull.head.sha],
    author: signatureOf(options.login),
  });
  try {
    await git.updateRef(`refs/heads/${pull.base.ref}`, merged, pull.base.sha);
  } catch (error) {
    if (error instanceof GitFailed) {
      throw new GithubError(
        409,
        'Base branch was modified. Review and try the merge again.',
      );
    }
    throw error;
  }
  const result = await replacePull(repository, number, () => ({
    ...pull,
    state: 'closed',
    closedAt: now(),
    mergedAt: now(),
    mergedBy: options.login,
    mergeCommitSha: merged,
  }));
  if (repository.record.value.settings.delete_branch_on_merge === true) {
    await git.deleteRef(`refs/heads/${pull.head.ref}`);
  }
  await repositories.refsChanged(repository, options.login);
  return result;
}
