import { rm } from 'node:fs/promises';
import { join, posix } from 'node:path';
import { fluxGitMessage, git, gitAuthEnv } from '../lib/git';
import type { Checkout, RemoteRepository } from '../source/checkout';
import { applySetters, ImageRef, SetterChange } from './setters';

/** A file that markers changed. */
export interface FileChange {
  path: string;
  text: string;
  changes: SetterChange[];
}

/** Applies the policies to every file with markers below the path, without a work tree. */
export async function findChanges(
  { directory, commit }: Checkout,
  path: string | undefined,
  policies: ReadonlyMap<string, ImageRef>,
  signal: AbortSignal,
): Promise<FileChange[]> {
  const below = posix.join('/', path ?? '.').slice(1);
  const listed = await git(
    [
      'grep',
      '-l',
      '-z',
      '--fixed-strings',
      '$imagepolicy',
      commit,
      '--',
      ...(below ? [`:(literal)${below.replace(/\/$/, '')}`] : []),
    ],
    { cwd: directory, signal },
    // git grep ends with 1 when it finds nothing.
  ).catch(() => Buffer.from(''));
  const paths = listed
    .toString()
    .split('\0')
    .filter(Boolean)
    .map(name => name.slice(commit.length + 1))
    .filter(name => /\.ya?ml$/.test(name));
  const changed: FileChange[] = [];
  for (const name of paths) {
    const before = await git(['cat-file', 'blob', `${commit}:${name}`], {
      cwd: directory,
      signal,
    });
    const { text, changes } = applySetters(before.toString(), policies);
    if (changes.length > 0) {
      changed.push({ path: name, text, changes });
    }
  }
  return changed;
}

/** A commit with the files on top of the checkout; its id. */
export async function commitFiles(
  { directory, commit }: Checkout,
  files: FileChange[],
  options: {
    message: string;
    author: { name: string; email: string };
    signal: AbortSignal;
  },
): Promise<string> {
  const index = join(directory, `index-update-${commit}`);
  const { signal, author } = options;
  const env = {
    GIT_INDEX_FILE: index,
    GIT_AUTHOR_NAME: author.name,
    GIT_AUTHOR_EMAIL: author.email,
    GIT_COMMITTER_NAME: author.name,
    GIT_COMMITTER_EMAIL: author.email,
  };
  const run = async (args: string[], input?: string) =>
    (await git(args, { cwd: directory, signal, env, input })).toString().trim();
  try {
    await run(['read-tree', commit]);
    for (const { path, text } of files) {
      const entry = await run([
        'ls-files',
        '--stage',
        '--',
        `:(literal)${path}`,
      ]);
      const blob = await run(['hash-object', '-w', '--stdin'], text);
      await run([
        'update-index',
        '--cacheinfo',
        `${entry.split(' ')[0]},${blob},${path}`,
      ]);
    }
    const tree = await run(['write-tree']);
    return await run(['commit-tree', tree, '-p', commit], options.message);
  } finally {
    await rm(index, { force: true });
  }
}

/** Pushes the commit; a branch of the automation's own is moved by force, as by Flux. */
export async function pushCommit(
  remote: RemoteRepository,
  directory: string,
  commit: string,
  branch: string,
  options: { force: boolean; signal: AbortSignal },
): Promise<void> {
  try {
    await git(
      [
        'push',
        '--quiet',
        ...(options.force ? ['--force'] : []),
        remote.url,
        `${commit}:refs/heads/${branch}`,
      ],
      {
        cwd: directory,
        signal: options.signal,
        timeoutMs: remote.timeoutMs,
        env: gitAuthEnv(remote.auth),
      },
    );
  } catch (error) {
    throw new Error(`failed to push to remote: ${fluxGitMessage(error)}`);
  }
}
