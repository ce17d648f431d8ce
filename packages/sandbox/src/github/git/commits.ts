export type CommitSignature = { name: string; email: string; date: string };

export type Commit = {
  sha: string;
  tree: string;
  parents: string[];
  author: CommitSignature;
  committer: CommitSignature;
  message: string;
};

const fields = '%H %T %P %an %ae %aI %cn %ce %cI %B'.split(' ');

/** For `git log -z --format=`. NUL cannot occur in a commit, so it is a safe separator. */
export const commitFormat = fields.join('%x00');

const utc = (date: string) =>
  new Date(date).toISOString().replace(/\.\d{3}Z$/, 'Z');

export function parseCommits(output: string): Commit[] {
  const values = output.split('\0');
  const commits: Commit[] = [];
  for (let i = 0; i + fields.length <= values.length; i += fields.length) {
    const [sha, tree, parents, an, ae, ad, cn, ce, cd, message] = values.slice(
      i,
      i + fields.length,
    );
    commits.push({
      sha,
      tree,
      parents: parents.split(' ').filter(Boolean),
      author: { name: an, email: ae, date: utc(ad) },
      committer: { name: cn, email: ce, date: utc(cd) },
      message: message.replace(/\n+$/, ''),
    });
  }
  return commits;
}
