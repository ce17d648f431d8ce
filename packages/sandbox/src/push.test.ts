import { mockServices } from '@backstage/backend-test-utils';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'yaml';
import type { KubernetesClient, KubernetesObject } from './controllers/client';
import { commitFiles } from './github/__testUtils__/commitFiles';
import { Sandbox } from './Sandbox';
import { GithubApi } from './seed/GithubApi';

jest.setTimeout(120_000);

const token = 'test-token';
const templates = join(__dirname, '../../../templates/flux-app');
const repository = (name: string) => ({
  apiVersion: 'source.toolkit.fluxcd.io/v1',
  kind: 'GitRepository',
  namespace: name,
  name,
});

const workflow = (permissions: string) => `
name: tell flux
on: push
permissions: {}
jobs:
  tell:
    runs-on: ubuntu-24.04
    permissions: ${permissions}
    steps:
      - uses: actions/checkout@v7
      - run: bash .github/scripts/tell-flux.sh
`;

/** A file of the template, with values and without what is for images. */
async function render(path: string, values: Record<string, string>) {
  const text = await readFile(join(templates, path), 'utf8');
  return text
    .replace(/\{% if values\.images %\}[^]*?\{% endif %\}\n/g, '')
    .replace(/\$\{\{ values\.(\w+) \}\}/g, (_, name) => values[name]);
}

describe('push instead of poll', () => {
  let directory: string;
  let sandbox: Sandbox;
  let cluster: KubernetesClient;
  let api: GithubApi;
  let values: Record<string, string>;

  const apply = (object: KubernetesObject) =>
    cluster.apply(object, { fieldManager: 'test', force: true });

  const push = (name: string, branch: string, files: Record<string, string>) =>
    commitFiles({ url: sandbox.githubUrl, token }, name, branch, files);

  /** Watches an object until it is as wanted. */
  async function until(
    key: ReturnType<typeof repository>,
    wanted: (object: KubernetesObject) => unknown,
  ): Promise<void> {
    const done = new AbortController();
    await cluster.watch(
      key,
      ({ object }) =>
        object.metadata.name === key.name && wanted(object) && done.abort(),
      { namespace: key.namespace, signal: done.signal },
    );
  }

  beforeAll(async () => {
    const logger = mockServices.logger.mock();
    logger.child.mockReturnValue(logger);
    directory = await mkdtemp(join(tmpdir(), 'sandbox-push-'));
    sandbox = await Sandbox.start(
      {
        directory,
        examples: false,
        fleets: [],
        github: {
          port: 0,
          sshPort: 0,
          token,
          host: '127.0.0.1',
          build: 'none',
        },
        registry: { port: 0, host: '127.0.0.1' },
        kubernetes: {
          clusters: [{ name: 'prod-eu', port: 0, webhookPort: 0 }],
        },
      },
      logger,
    );
    cluster = sandbox.clusters.get('prod-eu')!;
    api = new GithubApi({ baseUrl: `${sandbox.githubUrl}/api/v3`, token });
    values = {
      name: 'shop',
      namespace: 'shop',
      namespaces: 'shop',
      repoOwner: 'acme',
      repoName: 'shop',
      oidcIssuer: `${sandbox.githubUrl}/_services/token`,
      receiverUrl: sandbox.webhookUrls.get('prod-eu')!,
    };
    for (const name of ['shop', 'other']) {
      await api.post('/orgs/acme/repos', { name });
    }
    await push('shop', 'main', { 'README.md': 'first' });
    await apply({
      apiVersion: 'v1',
      kind: 'Namespace',
      metadata: { name: 'shop' },
    });
    await apply({
      apiVersion: 'source.toolkit.fluxcd.io/v1',
      kind: 'GitRepository',
      metadata: { name: 'shop', namespace: 'shop' },
      spec: {
        interval: '10m',
        url: `${sandbox.githubUrl}/acme/shop.git`,
        ref: { branch: 'main' },
      },
    });
    const receiver = parse(await render('receiver/receiver.yaml', values));
    await apply(receiver);
    await until(repository('shop'), object => object.status?.artifact);
    await until({ ...receiver, ...receiver.metadata }, object =>
      object.status?.conditions?.some(
        (c: any) => c.type === 'Ready' && c.status === 'True',
      ),
    );
  });

  afterAll(async () => {
    await sandbox?.stop();
    await rm(directory, { recursive: true, force: true });
  });

  /** Pushes the script and a workflow that runs it; gives the log of its job when it has ended. */
  async function tell(
    name: string,
    branch = 'main',
    permissions = '{contents: read, id-token: write}',
  ): Promise<string> {
    const sha = await push(name, branch, {
      '.github/scripts/tell-flux.sh': await render(
        'push/.github/scripts/tell-flux.sh',
        values,
      ),
      '.github/workflows/tell-flux.yml': workflow(permissions),
    });
    for (;;) {
      const { workflow_runs: runs } = await api.get<any>(
        `/repos/acme/${name}/actions/runs`,
      );
      const run = runs.find((r: any) => r.head_sha === sha);
      if (run?.status === 'completed') {
        expect(run).toMatchObject({
          head_branch: branch,
          conclusion: 'success',
        });
        const { jobs } = await api.get<any>(
          `/repos/acme/${name}/actions/runs/${run.id}/jobs`,
        );
        const log = await fetch(
          `${sandbox.githubUrl}/api/v3/repos/acme/${name}/actions/jobs/${jobs[0].id}/logs`,
          { headers: { authorization: `Bearer ${token}` } },
        );
        return log.text();
      }
      await new Promise(resolve => setTimeout(resolve, 100));
    }
  }

  const shop = async () => (await cluster.get(repository('shop')))!;
  const requestedAt = async () =>
    (await shop()).metadata.annotations?.['reconcile.fluxcd.io/requestedAt'];

  it('is refused for a workflow of another repository', async () => {
    const log = await tell('other');
    expect(log).toContain(
      'token validation failed: only workflows of acme/shop may call',
    );
    expect(log).toContain('returned error: 400');
    expect(log).toMatch(
      / (::|##\[)warning(::|\])Flux could not be told in shop/,
    );
    expect(await requestedAt()).toBeUndefined();
  });

  it('is refused for another branch', async () => {
    expect(await tell('shop', 'next')).toContain(
      'token validation failed: only workflows on main may call',
    );
    expect(await requestedAt()).toBeUndefined();
  });

  it('is left to the next poll by a job that may not ask for a token', async () => {
    expect(await tell('shop', 'next', '{contents: read}')).toContain(
      'this runner signs no tokens',
    );
    expect(await requestedAt()).toBeUndefined();
  });

  it('brings the commit to the cluster long before the interval is over', async () => {
    const log = await tell('shop');
    expect(log).not.toContain('could not be told');
    const head = await api.get<{ sha: string }>(
      '/repos/acme/shop/commits/main',
    );
    await until(
      repository('shop'),
      object => object.status.artifact.revision === `main@sha1:${head.sha}`,
    );
    expect((await shop()).status.lastHandledReconcileAt).toBe(
      await requestedAt(),
    );
  });
});
