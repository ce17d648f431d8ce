import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { git, gitLine } from '../git/git';

const identity = {
  GIT_AUTHOR_NAME: 'guest',
  GIT_AUTHOR_EMAIL: 'guest@localhost',
  GIT_COMMITTER_NAME: 'guest',
  GIT_COMMITTER_EMAIL: 'guest@localhost',
};

/** Pushes one commit with these files to a branch of a repository of acme, as a person would; gives its sha. */
export async function commitFiles(
  github: { url: string; token?: string },
  repository: string,
  branch: string,
  files: Record<string, string>,
): Promise<string> {
  const clone = await mkdtemp(join(tmpdir(), 'sandbox-clone-'));
  try {
    const url = new URL(`${github.url}/acme/${repository}.git`);
    url.username = 'x-access-token';
    url.password = github.token ?? 'admin-token';
    await git('/', ['clone', '--quiet', url.href, clone]);
    for (const [path, content] of Object.entries(files)) {
      await mkdir(join(clone, dirname(path)), { recursive: true });
      await writeFile(join(clone, path), content);
    }
    await git(clone, ['add', '--all']);
    await git(clone, ['commit', '--quiet', '--allow-empty', '-m', 'Change'], {
      env: identity,
    });
    await git(clone, [
      'push',
      '--quiet',
      '--force',
      'origin',
      `HEAD:${branch}`,
    ]);
    return await gitLine(clone, ['rev-parse', 'HEAD']);
  } finally {
    await rm(clone, { recursive: true, force: true });
  }
}
