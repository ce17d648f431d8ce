import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { git, gitLine } from '../git/git';
import {
  startTestGithub,
  type TestGithub,
} from '../__testUtils__/startTestGithub';
import { generateSshKeyPair } from './keyPairs';

const client = require.resolve('../__testUtils__/ssh.cjs');

describe('Git over SSH', () => {
  let github: TestGithub;
  let directory: string;

  beforeEach(async () => {
    github = await startTestGithub();
    directory = await github.temporaryDirectory();
    for (const name of ['orders', 'billing']) {
      await github.api('/orgs/acme/repos', {
        method: 'POST',
        body: { name, private: true, auto_init: true },
      });
    }
  });

  afterEach(() => github.stop());

  /** A key pair of which the public half is a deploy key; gives the environment for git. */
  async function deployKey(repo: string | undefined, readOnly: boolean) {
    const pair = generateSshKeyPair();
    const file = join(await github.temporaryDirectory(), 'key');
    await writeFile(file, pair.private);
    let id: number | undefined;
    if (repo) {
      const created = await github.api(`/repos/acme/${repo}/keys`, {
        method: 'POST',
        body: { title: 'flux', key: pair.public, read_only: readOnly },
      });
      id = created.body.id;
    }
    const meta = await github.api('/meta', { token: null });
    const env = {
      GIT_SSH_COMMAND: `'${process.execPath}' '${client}'`,
      GIT_SSH_VARIANT: 'ssh',
      SSH_KEY_FILE: file,
      SSH_HOST_KEY: meta.body.ssh_keys[0],
      GIT_AUTHOR_NAME: 'flux',
      GIT_AUTHOR_EMAIL: 'flux@localhost',
      GIT_COMMITTER_NAME: 'flux',
      GIT_COMMITTER_EMAIL: 'flux@localhost',
    };
    return { id, env };
  }

  const clone = (repo: string, env: Record<string, string>, to = repo) =>
    git(
      directory,
      ['clone', '--quiet', `${github.sshUrl}/acme/${repo}.git`, to],
      { env },
    );

  it('lets a deploy key clone and push its repository', async () => {
    const { env } = await deployKey('orders', false);
    await clone('orders', env);
    const work = join(directory, 'orders');
    await mkdir(join(work, 'deploy'));
    await writeFile(join(work, 'deploy', 'a.yaml'), 'a: 1\n');
    await git(work, ['add', '--all']);
    await git(work, ['commit', '--quiet', '-m', 'Update'], { env });
    const pushed: unknown[] = [];
    github.onPush(event => pushed.push(event));
    await git(work, ['push', '--quiet', 'origin', 'HEAD:main'], { env });

    const sha = await gitLine(work, ['rev-parse', 'HEAD']);
    const head = await github.api('/repos/acme/orders/commits/main');
    expect(head.body.sha).toBe(sha);
    expect(pushed).toEqual([
      expect.objectContaining({
        repository: 'orders',
        ref: 'refs/heads/main',
        after: sha,
        pusher: 'flux',
      }),
    ]);
  });

  it('respects a key that is read-only', async () => {
    const { env } = await deployKey('orders', true);
    await clone('orders', env);
    const push = git(
      join(directory, 'orders'),
      ['push', 'origin', 'HEAD:other'],
      { env },
    );
    await expect(push).rejects.toThrow(/marked as read only/);
  });

  it('opens no other repository, nothing for an unknown or deleted key', async () => {
    const { env, id } = await deployKey('orders', false);
    await expect(clone('billing', env)).rejects.toThrow(/not found/);
    await expect(clone('../orders', env, 'x')).rejects.toThrow(
      /not found|only git-upload-pack/,
    );
    const stranger = await deployKey(undefined, false);
    await expect(clone('orders', stranger.env)).rejects.toThrow(
      /authentication methods failed/,
    );
    await github.api(`/repos/acme/orders/keys/${id}`, { method: 'DELETE' });
    await expect(clone('orders', env)).rejects.toThrow(
      /authentication methods failed/,
    );
  });

  it('keeps its host key over a restart', async () => {
    const before = github.sshHostKey;
    github = await github.restart();
    expect(github.sshHostKey).toBe(before);
    expect(before).toMatch(/^ssh-ed25519 \S+/);
  });
});
