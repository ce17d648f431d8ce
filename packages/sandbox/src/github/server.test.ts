import { ConfigReader } from '@backstage/config';
import { UrlReaders } from '@backstage/backend-defaults/urlReader';
import { mockServices } from '@backstage/backend-test-utils';
import { ScmIntegrations } from '@backstage/integration';
import {
  createGithubDeployKeyAction,
  createPublishGithubAction,
  createPublishGithubPullRequestAction,
} from '@backstage/plugin-scaffolder-backend-module-github';
import { createMockActionContext } from '@backstage/plugin-scaffolder-node-test-utils';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { git, gitLine } from './git/git';
import {
  startTestGithub,
  type TestGithub,
} from './__testUtils__/startTestGithub';
import { generateSshKeyPair } from './ssh/keyPairs';

describe('the GitHub double, as Backstage uses it', () => {
  let github: TestGithub;
  let config: ConfigReader;
  let integrations: ScmIntegrations;

  beforeAll(async () => {
    github = await startTestGithub();
    config = new ConfigReader({
      integrations: {
        github: [
          {
            host: github.host,
            apiBaseUrl: `${github.url}/api/v3`,
            token: 'admin-token',
          },
        ],
      },
    });
    integrations = ScmIntegrations.fromConfig(config);
  });

  afterAll(() => github.stop());

  const repoUrl = (repo: string) => `${github.host}?owner=acme&repo=${repo}`;

  async function workspace(files: Record<string, string>) {
    const directory = await github.temporaryDirectory();
    for (const [path, content] of Object.entries(files)) {
      await mkdir(join(directory, path, '..'), { recursive: true });
      await writeFile(join(directory, path), content);
    }
    return directory;
  }

  /** Runs an action as the scaffolder does, and gives what it put out. */
  async function run(
    action: { handler(context: never): Promise<unknown> },
    options: { input: object; workspacePath?: string },
  ): Promise<Record<string, any>> {
    const context = createMockActionContext(options);
    await action.handler(context as never);
    return Object.fromEntries(jest.mocked(context.output).mock.calls);
  }

  async function publish(repo: string, files: Record<string, string>) {
    return run(createPublishGithubAction({ integrations, config }), {
      input: {
        repoUrl: repoUrl(repo),
        defaultBranch: 'main',
        repoVisibility: 'public',
        topics: ['Flux'],
        repoVariables: { REGION: 'eu' },
        secrets: { NPM_TOKEN: 'unread' },
        requiredApprovingReviewCount: 1,
      },
      workspacePath: await workspace(files),
    });
  }

  it('publishes a repository, protects its branch, and serves a clone of it', async () => {
    const outputs = await publish('orders', {
      'catalog-info.yaml': 'kind: Component\n',
      'src/index.ts': 'export {};\n',
    });

    expect(outputs).toMatchObject({
      remoteUrl: `${github.url}/acme/orders.git`,
      repoContentsUrl: `${github.url}/acme/orders/blob/main`,
    });
    const clone = join(await github.temporaryDirectory(), 'orders');
    await git('/', ['clone', '--quiet', outputs.remoteUrl, clone]);
    expect(await gitLine(clone, ['rev-parse', 'HEAD'])).toBe(
      outputs.commitHash,
    );
    expect(await gitLine(clone, ['branch', '--show-current'])).toBe('main');
    const protection = await github.api(
      '/repos/acme/orders/branches/main/protection',
    );
    expect(protection.body).toMatchObject({
      enforce_admins: { enabled: true },
      required_pull_request_reviews: { required_approving_review_count: 1 },
    });
    expect((await github.api('/repos/acme/orders/topics')).body).toEqual({
      names: ['flux'],
    });
    expect(
      (await github.api('/repos/acme/orders/actions/secrets')).body,
    ).toMatchObject({ secrets: [{ name: 'NPM_TOKEN' }] });
  }, 60_000);

  it('refuses a name that exists, and leaves the repository as it was', async () => {
    await expect(publish('orders', { 'README.md': 'other\n' })).rejects.toThrow(
      /name already exists on this account/,
    );
    const readme = await github.api('/repos/acme/orders/contents/README.md');
    expect(readme.status).toBe(404);
  }, 60_000);

  it('opens a pull request that can be merged', async () => {
    const outputs = await run(
      createPublishGithubPullRequestAction({ integrations, config }),
      {
        input: {
          repoUrl: repoUrl('orders'),
          branchName: 'add-docs',
          title: 'Add docs',
          description: 'Words',
          targetPath: 'docs',
          reviewers: ['guest'],
          assignees: ['guest'],
        },
        workspacePath: await workspace({ 'index.md': '# Orders\n' }),
      },
    );
    expect(outputs).toEqual({
      targetBranchName: 'main',
      remoteUrl: `${github.url}/acme/orders/pull/1`,
      pullRequestNumber: 1,
    });
    const pull = await github.api('/repos/acme/orders/pulls/1');
    expect(pull.body).toMatchObject({
      state: 'open',
      mergeable: true,
      requested_reviewers: [{ login: 'guest' }],
      assignees: [{ login: 'guest' }],
    });

    const merged = await github.api('/repos/acme/orders/pulls/1/merge', {
      method: 'PUT',
      body: {},
    });
    expect(merged).toMatchObject({ status: 200, body: { merged: true } });
    const file = await github.api('/repos/acme/orders/contents/docs/index.md', {
      headers: { accept: 'application/vnd.github.v3.raw' },
    });
    expect(file.text).toBe('# Orders\n');
    const again = await github.api('/repos/acme/orders/pulls/1/merge', {
      method: 'PUT',
    });
    expect(again.status).toBe(405);
  }, 60_000);

  it('adds a deploy key', async () => {
    const pair = generateSshKeyPair();
    const outputs = await run(createGithubDeployKeyAction({ integrations }), {
      input: {
        repoUrl: repoUrl('orders'),
        publicKey: pair.public,
        privateKey: pair.private,
        deployKeyName: 'flux orders',
      },
    });
    expect(outputs.privateKeySecretName).toBe('FLUX_ORDERS_PRIVATE_KEY');
    const keys = await github.api('/repos/acme/orders/keys');
    expect(keys.body).toEqual([
      expect.objectContaining({
        title: 'flux orders',
        key: pair.public.split(' ').slice(0, 2).join(' '),
        read_only: false,
      }),
    ]);
    const duplicate = await github.api('/repos/acme/orders/keys', {
      method: 'POST',
      body: { title: 'again', key: pair.public },
    });
    expect(duplicate).toMatchObject({
      status: 422,
      body: { errors: [{ message: 'key is already in use' }] },
    });
  }, 60_000);

  it('is read by Backstage’s URL reader', async () => {
    const reader = UrlReaders.default({
      config,
      logger: mockServices.logger.mock(),
    });
    const base = `${github.url}/acme/orders`;
    const file = await reader.readUrl(`${base}/blob/main/catalog-info.yaml`);
    expect((await file.buffer()).toString()).toBe('kind: Component\n');
    await expect(
      reader.readUrl(`${base}/blob/main/catalog-info.yaml`, {
        etag: file.etag,
      }),
    ).rejects.toMatchObject({ name: 'NotModifiedError' });
    await expect(
      reader.readUrl(`${base}/blob/main/nothing.yaml`),
    ).rejects.toMatchObject({ name: 'NotFoundError' });

    const tree = await reader.readTree(`${base}/tree/main/`);
    expect((await tree.files()).map(f => f.path).sort()).toEqual([
      'catalog-info.yaml',
      'docs/index.md',
      'src/index.ts',
    ]);
    const found = await reader.search(`${base}/blob/main/**/*.md`);
    expect(found.files.map(f => f.url)).toEqual([
      `${base}/blob/main/docs/index.md`,
    ]);
    expect((await found.files[0].content()).toString()).toBe('# Orders\n');
  }, 60_000);
});
