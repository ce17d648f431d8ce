import { mockServices } from '@backstage/backend-test-utils';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
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
    github: { port: 0, sshPort: 0, token },
    registry: { port: 0 },
    kubernetes: { clusters: [{ name: 'prod-eu', port: 0 }] },
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

it.each([
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
