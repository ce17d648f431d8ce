import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { git, gitLine } from './git';

export type TreeEntry = {
  path: string;
  mode: string;
  type: 'blob' | 'tree' | 'commit';
  sha: string;
  /** In bytes; blobs only. */
  size?: number;
};

export type TreeChange = {
  path: string;
  mode: string;
  /** null removes the path. */
  sha: string | null;
};

/** Reads the output of `git ls-tree -z -l`. */
export function parseTree(output: string): TreeEntry[] {
  return output
    .split('\0')
    .filter(Boolean)
    .map(line => {
      const tab = line.indexOf('\t');
      const [mode, type, sha, size] = line.slice(0, tab).split(/ +/);
      return {
        path: line.slice(tab + 1),
        mode,
        type: type as TreeEntry['type'],
        sha,
        ...(size !== '-' && { size: Number(size) }),
      };
    });
}

/** Writes a tree that is `base` (a tree or commit; undefined for empty) with changes; gives its sha. */
export async function writeTree(
  directory: string,
  base: string | undefined,
  changes: TreeChange[],
): Promise<string> {
  // A private index, so that concurrent requests do not see each other's.
  const temporary = await mkdtemp(join(tmpdir(), 'sandbox-index-'));
  try {
    const env = { GIT_INDEX_FILE: join(temporary, 'index') };
    await git(directory, ['read-tree', base ?? '--empty'], { env });
    const none = '0'.repeat(40);
    const input = changes
      .map(({ path, mode, sha }) =>
        sha === null ? `0 ${none}\t${path}\0` : `${mode} ${sha}\t${path}\0`,
      )
      .join('');
    await git(directory, ['update-index', '-z', '--index-info'], {
      env,
      input,
    });
    return await gitLine(directory, ['write-tree'], { env });
  } finally {
    await rm(temporary, { recursive: true, force: true });
  }
}
