import { GithubError, notFound, validationFailed } from './errors';
import { isRefName, type Signature } from './git/BareRepository';
import type { Commit } from './git/commits';
import { GitFailed } from './git/git';
import type { TreeEntry } from './git/trees';
import type { Repositories } from './store/Repositories';
import type { Repository } from './store/Repository';
import { noCommit } from './types';

export type FileChange = {
  branch: string;
  path: string;
  /** null removes the file. */
  content: Buffer | null;
  message: string;
  /** The blob that the change is made to; null for a new file. */
  expected: string | null;
  login: string;
  author?: Signature;
};

export const signatureOf = (login: string): Signature => ({
  name: login,
  email: `${login}@users.noreply.localhost`,
});

/** Commits one file to a branch, as GitHub's contents API and its editor do. */
export async function commitFile(
  repositories: Repositories,
  repository: Repository,
  change: FileChange,
): Promise<{ commit: Commit; entry: TreeEntry | undefined; created: boolean }> {
  const { git } = repository;
  const ref = `refs/heads/${change.branch}`;
  const head = isRefName(change.branch) ? await git.resolve(ref) : undefined;
  if (!head && !repository.record.value.empty) {
    throw new GithubError(404, `Branch ${change.branch} not found`);
  }
  const current = head ? await git.entry(head, change.path) : undefined;
  if (change.content === null && !current) {
    throw notFound();
  }
  if (current && change.expected === null) {
    throw validationFailed({
      resource: 'Content',
      code: 'missing_field',
      field: 'sha',
      message: `"sha" wasn't supplied.`,
    });
  }
  if (change.expected !== null && current?.sha !== change.expected) {
    throw new GithubError(
      409,
      `${change.path} does not match ${change.expected}`,
    );
  }
  const blob =
    change.content === null ? null : await git.writeBlob(change.content);
  const tree = await git.createTree(head, [
    { path: change.path, mode: current?.mode ?? '100644', sha: blob },
  ]);
  const author = change.author ?? signatureOf(change.login);
  const sha = await git.createCommit({
    message: `${change.message.trimEnd()}\n`,
    tree,
    parents: head ? [head] : [],
    author,
  });
  try {
    await git.updateRef(ref, sha, head ?? noCommit);
  } catch (error) {
    if (error instanceof GitFailed) {
      throw new GithubError(
        409,
        `Branch ${change.branch} was changed meanwhile; read it again`,
      );
    }
    throw error;
  }
  await repositories.refsChanged(repository, change.login);
  return {
    commit: await git.commit(sha),
    entry: await git.entry(sha, change.path),
    created: !current,
  };
}
