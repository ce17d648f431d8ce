import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { mockServices } from '@backstage/backend-test-utils';
import { utils } from 'ssh2';
import { GithubServer, startGithub } from '../../../github';
import { createRepository } from '../__testUtils__/world';
import { git, GitAuth, gitAuthEnv } from '../lib/git';
import { pushCommit } from '../image/update';
import { checkout, GitRef } from './checkout';

jest.setTimeout(60_000);

const TOKEN: GitAuth = { username: 'x-access-token', password: 'admin-token' };

describe('checkout', () => {
  let directory: string;
  let github: GithubServer;
  let local: Awaited<ReturnType<typeof createRepository>>;
  let commit: string;
  const signal = new AbortController().signal;
  const key = utils.generateKeyPairSync('ed25519');
  let clones = 0;

  async function api(path: string, body: object) {
    const response = await fetch(`${github.url}/api/v3${path}`, {
      method: 'POST',
      headers: {
        authorization: 'token admin-token',
        'content-type': 'application/json',
      },
      body: JSON.stringify(body),
    });
    if (!response.ok) {
      throw new Error(`${path}: ${response.status} ${await response.text()}`);
    }
  }

  function check(
    url: string,
    auth?: GitAuth,
    ref: GitRef = { branch: 'main' },
  ) {
    clones += 1;
    return checkout(
      { url, auth, timeoutMs: 20_000 },
      ref,
      join(directory, `clone-${clones}`),
      signal,
    );
  }

  function knownHosts() {
    const { hostname, port } = new URL(github.sshUrl);
    return `[${hostname}]:${port} ${github.sshHostKey}\n`;
  }

  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'checkout-'));
    github = await startGithub({
      directory: join(directory, 'github'),
      port: 0,
      sshPort: 0,
      tokens: [{ token: 'admin-token', login: 'admin' }],
      organizations: ['acme'],
      logger: mockServices.logger.mock(),
    });
    await api('/orgs/acme/repos', {
      name: 'orders',
      private: true,
    });
    await api('/repos/acme/orders/keys', {
      title: 'flux',
      key: key.public,
      read_only: false,
    });
    local = await createRepository(directory);
    commit = await local.commit({ 'a.txt': 'one' }, 'first');
    await git(
      ['push', '--quiet', `${github.url}/acme/orders.git`, 'main:main'],
      { cwd: local.bare, env: gitAuthEnv(TOKEN) },
    );
  });

  afterAll(async () => {
    await github.close();
    await rm(directory, { recursive: true, force: true });
  });

  it('fetches over http with a token', async () => {
    const url = `${github.url}/acme/orders.git`;
    expect(await check(url, TOKEN)).toMatchObject({
      commit,
      revision: `main@sha1:${commit}`,
      subject: 'first',
    });
  });

  it('fetches and pushes over ssh with a deploy key and known hosts', async () => {
    const url = `${github.sshUrl}/acme/orders.git`;
    const auth = { identity: key.private, knownHosts: knownHosts() };
    const source = await check(url, auth);
    expect(source.revision).toBe(`main@sha1:${commit}`);
    await pushCommit(
      { url, auth, timeoutMs: 20_000 },
      source.directory,
      commit,
      'copy',
      { force: true, signal },
    );
    expect((await check(url, auth, { branch: 'copy' })).revision).toBe(
      `copy@sha1:${commit}`,
    );
  });

  it.each<[string, () => Promise<unknown>, RegExp]>([
    [
      'another host key',
      () =>
        check(`${github.sshUrl}/acme/orders.git`, {
          identity: key.private,
          knownHosts: knownHosts().replace(
            /AAAA\S+/,
            utils.generateKeyPairSync('ed25519').public.split(' ')[1],
          ),
        }),
      /knownhosts: key mismatch$/,
    ],
    [
      'an unknown host',
      () =>
        check(`${github.sshUrl}/acme/orders.git`, {
          identity: key.private,
          knownHosts: 'example.com ssh-ed25519 AAAA\n',
        }),
      /knownhosts: key is unknown$/,
    ],
    [
      'a key that is not a deploy key',
      () =>
        check(`${github.sshUrl}/acme/orders.git`, {
          identity: utils.generateKeyPairSync('ed25519').private,
          knownHosts: knownHosts(),
        }),
      /ssh: unable to authenticate/,
    ],
    [
      'a wrong token',
      () =>
        check(`${github.url}/acme/orders.git`, {
          username: 'x',
          password: 'wrong',
        }),
      /: authentication required: $/,
    ],
    [
      'a repository that does not exist',
      () => check(`${github.url}/acme/not-there.git`, TOKEN),
      /: repository not found: $/,
    ],
    [
      'a branch that does not exist',
      () => check(local.url, undefined, { branch: 'other' }),
      /: couldn't find remote ref "refs\/heads\/other"$/,
    ],
    [
      'a server that is down',
      () => check('http://127.0.0.1:1/acme/orders.git'),
      /: dial tcp 127.0.0.1:1: connect: connection refused$/,
    ],
  ])('says in Flux’s words what is wrong with %s', async (_, run, message) => {
    await expect(run()).rejects.toThrow(message);
    await expect(run()).rejects.toThrow(/^unable to clone '/);
  });

  it('resolves tags, ranges of versions and commits', async () => {
    for (const tag of ['v1.0.0', 'v1.2.0', 'v2.0.0']) {
      await local.git('tag', tag, 'main');
    }
    const resolve = async (ref: GitRef) =>
      (await check(local.url, undefined, ref)).revision;
    expect(await resolve({ tag: 'v1.0.0' })).toBe(`v1.0.0@sha1:${commit}`);
    expect(await resolve({ semver: '>=1.0.0 <2.0.0' })).toBe(
      `v1.2.0@sha1:${commit}`,
    );
    expect(await resolve({ branch: 'main', commit })).toBe(
      `main@sha1:${commit}`,
    );
    await expect(resolve({ semver: '>=3' })).rejects.toThrow(
      'no match found for semver: >=3',
    );
  });
});
