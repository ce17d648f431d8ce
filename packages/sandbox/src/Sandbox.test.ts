import { mockServices } from '@backstage/backend-test-utils';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseAllDocuments } from 'yaml';
import { readSandboxConfig, SandboxConfig } from './config';
import { KubernetesObject, ObjectKey } from './controllers/client';
import { Sandbox } from './Sandbox';
import { GithubApi } from './seed/GithubApi';

jest.setTimeout(120_000);

const logger = mockServices.logger.mock();
const kustomization = (name: string): ObjectKey => ({
  apiVersion: 'kustomize.toolkit.fluxcd.io/v1',
  kind: 'Kustomization',
  namespace: name,
  name,
});
const token = 'test-token';

let config: SandboxConfig;
let sandbox: Sandbox | undefined;

beforeEach(async () => {
  logger.child.mockReturnValue(logger);
  config = {
    directory: await mkdtemp(join(tmpdir(), 'sandbox-')),
    examples: true,
    fleets: [],
    github: { port: 0, sshPort: 0, token, host: '127.0.0.1', build: 'none' },
    registry: { port: 0, host: '127.0.0.1' },
    kubernetes: { clusters: [{ name: 'prod-eu', port: 0, webhookPort: 0 }] },
  };
});

afterEach(async () => {
  await sandbox?.stop();
  sandbox = undefined;
  await rm(config.directory, { recursive: true, force: true });
});

const githubOf = (of: Sandbox) =>
  new GithubApi({ baseUrl: `${of.githubUrl}/api/v3`, token });

/** Watches an object until it is as wanted. */
async function until(
  key: ObjectKey,
  wanted: (object: KubernetesObject) => boolean,
): Promise<KubernetesObject> {
  const done = new AbortController();
  let found: KubernetesObject | undefined;
  await sandbox!.clusters.get('prod-eu')!.watch(
    key,
    ({ object }) => {
      if (object.metadata.name === key.name && wanted(object)) {
        found = object;
        done.abort();
      }
    },
    { namespace: key.namespace, signal: done.signal },
  );
  return found!;
}

const ready = (object: KubernetesObject) =>
  object.status?.conditions?.find(
    (c: { type: string }) => c.type === 'Ready',
  ) ?? {};

it('is seeded with applications that Flux really brings into their states', async () => {
  sandbox = await Sandbox.start(config, logger);

  const orders = await until(
    kustomization('orders'),
    object => ready(object).status === 'True',
  );
  expect(orders.status.lastAppliedRevision).toMatch(/^main@sha1:/);

  const reports = await until(
    kustomization('reports'),
    object => ready(object).reason === 'ArtifactFailed',
  );
  expect(ready(reports).message).toContain('kustomization path not found');

  const ran = await githubOf(sandbox).get<{ total_count: number }>(
    '/repos/acme/orders/actions/runs',
  );
  expect(ran.total_count).toBe(0);

  const search = await until(
    kustomization('search'),
    object => object.spec.suspend === true,
  );
  expect(search.metadata.annotations).toMatchObject({
    'backstage-flux.io/suspended-by': 'user:default/guest',
  });
});

it('keeps what was made in it over a restart, and begins anew only once', async () => {
  sandbox = await Sandbox.start(config, logger);
  await githubOf(sandbox).post('/orgs/acme/repos', { name: 'mine' });
  const before = await githubOf(sandbox).get<{ id: number }>(
    '/repos/acme/orders',
  );
  await sandbox.stop();

  sandbox = await Sandbox.start(config, logger);
  expect(await githubOf(sandbox).get('/repos/acme/mine')).toMatchObject({
    name: 'mine',
  });
  expect(await githubOf(sandbox).get('/repos/acme/orders')).toMatchObject({
    id: before.id,
  });
});

it('names the port that is taken, and leaves nothing running', async () => {
  const other = createServer().listen(0, '127.0.0.1');
  await new Promise(resolve => other.once('listening', resolve));
  const { port } = other.address() as AddressInfo;
  config.kubernetes.clusters[0].port = port;

  await expect(Sandbox.start(config, logger)).rejects.toThrow(
    `The sandbox cannot listen on 127.0.0.1:${port}`,
  );

  await new Promise(resolve => other.close(resolve));
  sandbox = await Sandbox.start(config, logger);
});

it('serves clusters that it does not run, with a registry that is there', async () => {
  config.examples = false;
  config.fleets = ['production'];
  config.github.host = '127.0.0.2';
  config.github.sshUrl = 'ssh://git@git.acme.test';
  config.registry = { host: '127.0.0.1', url: 'http://127.0.0.1:1' };
  config.kubernetes.clusters = [];
  sandbox = await Sandbox.start(config, logger);

  const { port } = new URL(sandbox.githubUrl);
  expect(sandbox.githubUrl).toBe(`http://127.0.0.2:${port}`);
  for (const host of ['127.0.0.1', '127.0.0.2']) {
    const repositories = await fetch(
      `http://${host}:${port}/api/v3/orgs/acme/repos`,
    );
    expect(await repositories.json()).toEqual([
      expect.objectContaining({
        name: 'catalog',
        html_url: `${sandbox.githubUrl}/acme/catalog`,
        clone_url: `${sandbox.githubUrl}/acme/catalog.git`,
        ssh_url: 'ssh://git@git.acme.test/acme/catalog.git',
      }),
      expect.objectContaining({ name: 'fleet-production' }),
    ]);
  }
  const followed = await fetch(
    `${sandbox.githubUrl}/acme/fleet-production/raw/main/clusters/production/apps.yaml`,
  );
  expect(await followed.text()).toContain('path: ./apps');
  const organization = await fetch(
    `${sandbox.githubUrl}/acme/catalog/raw/main/organization.yaml`,
  );
  const kinds = parseAllDocuments(await organization.text()).map(
    document => document.toJSON().kind,
  );
  expect(new Set(kinds)).toEqual(new Set(['User', 'Group']));
});

it.each(['192.0.2.1', 'nothing.invalid'])(
  'says that this machine is not %s',
  async host => {
    config.github.host = host;
    await expect(Sandbox.start(config, logger)).rejects.toThrow(
      `The sandbox cannot listen on ${host}, because this machine does not have that address. Change 'host' under`,
    );
  },
);

it('reads what clusters elsewhere need, and has defaults for the rest', () => {
  const read = (data: object) =>
    readSandboxConfig(
      mockServices.rootConfig({ data: { sandbox: data } as any }),
    );
  const github = { port: 1, sshPort: 2, token };
  expect(
    read({
      directory: 'a',
      examples: false,
      github: { ...github, host: '0.0.0.0', url: 'http://git.acme.test:8080/' },
      registry: { url: 'http://registry.acme.test:5000' },
      kubernetes: {
        clusters: [
          { name: 'a', port: 3 },
          { name: 'b', port: 4, webhookPort: 5 },
        ],
      },
    }),
  ).toEqual({
    directory: 'a',
    examples: false,
    fleets: [],
    github: {
      ...github,
      host: '0.0.0.0',
      url: 'http://git.acme.test:8080',
      build: 'auto',
    },
    registry: { host: '127.0.0.1', url: 'http://registry.acme.test:5000' },
    kubernetes: {
      clusters: [
        { name: 'a', port: 3, webhookPort: 0 },
        { name: 'b', port: 4, webhookPort: 5 },
      ],
    },
  });
  expect(read({ directory: 'a', github, registry: { port: 3 } })).toMatchObject(
    {
      examples: true,
      github: { host: '127.0.0.1' },
      registry: { port: 3 },
    },
  );
});

it.each([
  [
    { registry: {} },
    /'sandbox\.registry\.url' in 'mock-config': expected an address without a path, such as .*, it is missing/,
  ],
  [
    { registry: { url: 'http://127.0.0.1:5000/v2' } },
    /'sandbox\.registry\.url' in 'mock-config': expected an address without a path/,
  ],
  [
    { github: { host: 'http://localhost' } },
    /'sandbox\.github\.host' in 'mock-config': expected an address or name of this machine, or 0\.0\.0\.0 for all, got "http:/,
  ],
  [
    { github: { sshUrl: 'git@127.0.0.1:4012' } },
    /'sandbox\.github\.sshUrl' in 'mock-config': expected an address without a path, such as ssh:/,
  ],
  [
    { github: { build: 'podman' } },
    /'sandbox\.github\.build' in 'mock-config': expected one of auto, docker, none, got "podman"/,
  ],
  [
    { github: { prt: 1 } },
    /'sandbox\.github\.prt' in 'mock-config': unknown key 'prt', expected one of/,
  ],
  [
    { registry: { port: 'a' } },
    /'sandbox\.registry\.port' in 'mock-config': expected a number between 0 and 65535, got "a"/,
  ],
])('refuses the configuration %j', (change, message) => {
  const data = { ...config, ...change };
  if ('github' in change) {
    data.github = { ...config.github, ...change.github } as any;
  }
  expect(() =>
    readSandboxConfig(mockServices.rootConfig({ data: { sandbox: data } })),
  ).toThrow(message);
});

it('is not there without its section', () => {
  expect(readSandboxConfig(mockServices.rootConfig())).toBeUndefined();
});
