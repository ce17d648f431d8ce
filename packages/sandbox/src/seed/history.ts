import { spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';
import { Files } from './files';

export interface Commit {
  message: string;
  author: { name: string; email: string };
  at: Date;
  /** Files that the commit adds or changes. */
  files: Files;
}

/**
 * Adds a commit to `main` of a bare repository and answers its hash. Written with fast-import, past the
 * server: what was there before the sandbox started does not run a workflow.
 */
export async function addCommit(
  repository: string,
  commit: Commit,
): Promise<string> {
  const parent = await git(repository, [
    'rev-parse',
    '--verify',
    '-q',
    'main',
  ]).catch(() => '');
  const who = `${commit.author.name} <${commit.author.email}> ${Math.floor(
    commit.at.getTime() / 1000,
  )} +0000`;
  const data = (content: string) =>
    `data ${Buffer.byteLength(content)}\n${content}\n`;
  await git(
    repository,
    ['fast-import', '--quiet', '--date-format=raw'],
    [
      'commit refs/heads/main\n',
      `author ${who}\ncommitter ${who}\n`,
      data(commit.message),
      parent ? `from ${parent}\n` : '',
      ...[...commit.files].map(
        ([path, content]) => `M 100644 inline ${path}\n${data(content)}`,
      ),
      'done\n',
    ].join(''),
  );
  return git(repository, ['rev-parse', 'main']);
}

async function git(
  repository: string,
  args: string[],
  input = '',
): Promise<string> {
  const child = spawn('git', ['--git-dir', repository, ...args], {
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  // A command that does not read its input ends before it has all of it; its exit code tells
  child.stdin.on('error', () => {});
  child.stdin.end(input);
  const [stdout, stderr, code] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    new Promise<number | null>((resolve, reject) => {
      child.on('error', reject);
      child.on('close', resolve);
    }),
  ]);
  if (code !== 0) {
    throw new Error(`git ${args[0]} in ${repository} failed: ${stderr.trim()}`);
  }
  return stdout.trim();
}
