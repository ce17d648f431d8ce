import type { BareRepository } from './BareRepository';
import { git } from './git';

/** The tree without entries, which every repository can be compared with. */
export const emptyTree = '4b825dc642cb6eb9a060e54bf8d69288fbee4904';

export type ChangedFile = {
  filename: string;
  status: 'added' | 'removed' | 'modified';
  additions: number;
  deletions: number;
  changes: number;
};

const statuses: Record<string, ChangedFile['status']> = {
  A: 'added',
  D: 'removed',
};

/** The files that differ between two commits; without `from`, all files of `to`. */
export async function changedFiles(
  repository: BareRepository,
  from: string | undefined,
  to: string,
): Promise<ChangedFile[]> {
  const range = [from ?? emptyTree, to];
  const run = async (format: string) =>
    (
      await git(repository.path, [
        'diff',
        '--no-renames',
        '-z',
        format,
        ...range,
        '--',
      ])
    )
      .toString('utf8')
      .split('\0')
      .filter(Boolean);
  const [names, numbers] = await Promise.all([
    run('--name-status'),
    run('--numstat'),
  ]);
  const counts = new Map(
    numbers.map(line => {
      const [additions, deletions, ...path] = line.split('\t');
      return [
        path.join('\t'),
        // git prints "-" for binary files.
        [Number(additions) || 0, Number(deletions) || 0],
      ] as const;
    }),
  );
  const files: ChangedFile[] = [];
  for (let i = 0; i + 1 < names.length; i += 2) {
    const [additions, deletions] = counts.get(names[i + 1]) ?? [0, 0];
    files.push({
      filename: names[i + 1],
      status: statuses[names[i]] ?? 'modified',
      additions,
      deletions,
      changes: additions + deletions,
    });
  }
  return files;
}

/** The difference as text, cut off where it gets too long to show. */
export async function diffText(
  repository: BareRepository,
  from: string | undefined,
  to: string,
  maximum = 400_000,
): Promise<string> {
  const output = await git(repository.path, [
    'diff',
    '--no-color',
    '--no-ext-diff',
    from ?? emptyTree,
    to,
    '--',
  ]);
  return output.length > maximum
    ? `${output.subarray(0, maximum).toString('utf8')}\n[cut off here]\n`
    : output.toString('utf8');
}
