import { spawn, type ChildProcess } from 'node:child_process';
import { mkdir } from 'node:fs/promises';
import { git, GitFailed, gitEnvironment, gitLine } from './git';
import { parseCommits, commitFormat, type Commit } from './commits';
import { parseTree, writeTree, type TreeChange, type TreeEntry } from './trees';

export type Signature = { name: string; email: string; date?: string };

export type NewCommit = {
  message: string;
  tree: string;
  parents: string[];
  author: Signature;
  committer?: Signature;
};

const shaPattern = /^[0-9a-f]{4,40}$/;
// The part of git's own rules (git check-ref-format) that keeps a name from meaning anything but a name.
const refPattern =
  /^(?![-/.])(?!.*(?:\.\.|\/\/|@\{|\.lock$|\/$|\.$))[^\p{Cc} ~^:?*[\\]+$/u;

export function isRefName(name: string): boolean {
  return refPattern.test(name);
}

/** A path inside a repository: relative, without `.` or `..` or `.git` anywhere. */
export function isTreePath(path: string): boolean {
  return (
    !path.includes('\0') &&
    path
      .split('/')
      .every(part => !['', '.', '..', '.git'].includes(part.toLowerCase()))
  );
}

/** A bare git repository on disk; every method is one or a few runs of git. */
export class BareRepository {
  readonly path: string;

  constructor(path: string) {
    this.path = path;
  }

  static async create(
    path: string,
    defaultBranch: string,
  ): Promise<BareRepository> {
    await mkdir(path, { recursive: true });
    await git(path, [
      'init',
      '--quiet',
      '--bare',
      `--initial-branch=${defaultBranch}`,
    ]);
    await git(path, ['config', 'http.receivepack', 'true']);
    await git(path, ['config', 'receive.denyNonFastForwards', 'false']);
    await git(path, ['config', 'gc.auto', '0']);
    await git(path, ['config', 'uploadpack.allowAnySHA1InWant', 'true']);
    return new BareRepository(path);
  }

  /** Every branch and tag with the commit that it points to. */
  async refs(): Promise<Record<string, string>> {
    const output = await gitLine(this.path, [
      'for-each-ref',
      '--format=%(refname) %(objectname)',
      'refs/heads',
      'refs/tags',
    ]);
    return Object.fromEntries(
      output
        .split('\n')
        .filter(Boolean)
        .map(line => line.split(' ') as [string, string]),
    );
  }

  /** The commit that a branch, tag, `heads/x`, full ref or (short) sha names; undefined for none. */
  async resolve(name: string): Promise<string | undefined> {
    if (!isRefName(name)) {
      return undefined;
    }
    const candidates = [
      ...(name === 'HEAD' || name.startsWith('refs/') ? [name] : []),
      `refs/heads/${name}`,
      `refs/tags/${name}`,
      `refs/${name}`,
      ...(shaPattern.test(name) ? [name] : []),
    ];
    for (const candidate of candidates) {
      const sha = await this.#verify(`${candidate}^{commit}`);
      if (sha) {
        return sha;
      }
    }
    return undefined;
  }

  async #verify(expression: string): Promise<string | undefined> {
    try {
      return await gitLine(this.path, [
        'rev-parse',
        '--verify',
        '--quiet',
        '--end-of-options',
        expression,
      ]);
    } catch (error) {
      if (error instanceof GitFailed) {
        return undefined;
      }
      throw error;
    }
  }

  async commits(
    sha: string,
    options: {
      limit?: number;
      skip?: number;
      path?: string;
      not?: string;
    } = {},
  ): Promise<Commit[]> {
    const output = await git(this.path, [
      'log',
      '-z',
      `--format=${commitFormat}`,
      `--max-count=${options.limit ?? 30}`,
      `--skip=${options.skip ?? 0}`,
      sha,
      ...(options.not ? [`^${options.not}`] : []),
      '--',
      ...(options.path ? [`:(literal)${options.path}`] : []),
    ]);
    return parseCommits(output.toString('utf8'));
  }

  async commit(sha: string): Promise<Commit> {
    return (await this.commits(sha, { limit: 1 }))[0];
  }

  /** The entries of a tree, or undefined when there is no such tree. `treeish` is the sha of a tree or commit. */
  async tree(
    treeish: string,
    options: { recursive?: boolean } = {},
  ): Promise<TreeEntry[] | undefined> {
    const sha = await this.#verify(`${treeish}^{tree}`);
    if (!sha) {
      return undefined;
    }
    const output = await git(this.path, [
      'ls-tree',
      '-z',
      '-l',
      ...(options.recursive ? ['-r', '-t'] : []),
      sha,
    ]);
    return parseTree(output.toString('utf8'));
  }

  /** What a path is at a commit; undefined when there is nothing. The empty path is the root tree. */
  async entry(commit: string, path: string): Promise<TreeEntry | undefined> {
    if (path === '') {
      const sha = await this.#verify(`${commit}^{tree}`);
      return sha ? { path, mode: '040000', type: 'tree', sha } : undefined;
    }
    if (!isTreePath(path)) {
      return undefined;
    }
    const output = await git(this.path, [
      '--literal-pathspecs',
      'ls-tree',
      '-z',
      '-l',
      commit,
      '--',
      path,
    ]);
    return parseTree(output.toString('utf8'))[0];
  }

  async blob(sha: string): Promise<Buffer | undefined> {
    if (!shaPattern.test(sha)) {
      return undefined;
    }
    const found = await this.#verify(`${sha}^{blob}`);
    return found ? git(this.path, ['cat-file', 'blob', found]) : undefined;
  }

  /** The content of a file at a commit; undefined when there is no such file. */
  async file(commit: string, path: string): Promise<Buffer | undefined> {
    const entry = await this.entry(commit, path);
    return entry?.type === 'blob' ? this.blob(entry.sha) : undefined;
  }

  async writeBlob(content: Buffer): Promise<string> {
    return gitLine(this.path, ['hash-object', '-w', '--stdin'], {
      input: content,
    });
  }

  /** Writes the tree that `base` (a tree or commit) becomes with changes. */
  async createTree(
    base: string | undefined,
    changes: TreeChange[],
  ): Promise<string> {
    return writeTree(this.path, base, changes);
  }

  async hasObject(sha: string, type: 'blob' | 'tree' | 'commit') {
    return (
      /^[0-9a-f]{40}$/.test(sha) &&
      (await this.#verify(`${sha}^{${type}}`)) !== undefined
    );
  }

  async createCommit(commit: NewCommit): Promise<string> {
    const committer = commit.committer ?? commit.author;
    return gitLine(
      this.path,
      ['commit-tree', commit.tree, ...commit.parents.flatMap(p => ['-p', p])],
      {
        input: commit.message,
        env: {
          GIT_AUTHOR_NAME: commit.author.name,
          GIT_AUTHOR_EMAIL: commit.author.email,
          GIT_COMMITTER_NAME: committer.name,
          GIT_COMMITTER_EMAIL: committer.email,
          ...(commit.author.date && { GIT_AUTHOR_DATE: commit.author.date }),
          ...(committer.date && { GIT_COMMITTER_DATE: committer.date }),
        },
      },
    );
  }

  /** Moves a ref; with `expected`, only if it still points there (40 zeros: only if it does not exist). */
  async updateRef(ref: string, sha: string, expected?: string): Promise<void> {
    await git(this.path, [
      'update-ref',
      ref,
      sha,
      ...(expected === undefined ? [] : [expected]),
    ]);
  }

  async deleteRef(ref: string): Promise<void> {
    await git(this.path, ['update-ref', '-d', ref]);
  }

  async setHead(branch: string): Promise<void> {
    await git(this.path, ['symbolic-ref', 'HEAD', `refs/heads/${branch}`]);
  }

  async mergeBase(a: string, b: string): Promise<string | undefined> {
    try {
      return await gitLine(this.path, ['merge-base', a, b]);
    } catch (error) {
      if (error instanceof GitFailed && error.exitCode === 1) {
        return undefined;
      }
      throw error;
    }
  }

  /** The tree that merging two commits gives; undefined when they conflict. */
  async mergeTree(ours: string, theirs: string): Promise<string | undefined> {
    try {
      const output = await gitLine(this.path, [
        'merge-tree',
        '--write-tree',
        ours,
        theirs,
      ]);
      return output.split('\n')[0];
    } catch (error) {
      if (error instanceof GitFailed && error.exitCode === 1) {
        return undefined;
      }
      throw error;
    }
  }

  /** A `git archive` of a commit as a process, so that it can be streamed and ended early. */
  archive(commit: string, prefix: string): ChildProcess {
    return spawn(
      'git',
      ['archive', '--format=tar.gz', `--prefix=${prefix}/`, commit],
      {
        cwd: this.path,
        env: gitEnvironment(),
        stdio: ['ignore', 'pipe', 'ignore'],
      },
    );
  }
}
