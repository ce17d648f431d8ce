import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { mockServices } from '@backstage/backend-test-utils';
import { pushImage, RegistryServer, startRegistry } from '../../registry';
import { condition, createRepository, startWorld } from './__testUtils__/world';
import {
  IMAGE_POLICY,
  IMAGE_REPOSITORY,
  IMAGE_UPDATE_AUTOMATION,
} from './image/types';
import { KUSTOMIZATION } from './kustomization/dependencies';
import { GIT_REPOSITORY } from './source/gitRepository';

jest.setTimeout(60_000);

const NAMESPACE = 'orders';
const source = { kind: 'GitRepository', name: 'orders' };
const named = (name = 'orders') => ({ name, namespace: NAMESPACE });
const key = (type: { apiVersion: string; kind: string }, name = 'orders') => ({
  ...type,
  ...named(name),
});

function enrolment(url: string) {
  const common = {
    interval: '10m',
    retryInterval: '1s',
    prune: true,
    serviceAccountName: 'flux',
  };
  return [
    { apiVersion: 'v1', kind: 'Namespace', metadata: { name: NAMESPACE } },
    { apiVersion: 'v1', kind: 'ServiceAccount', metadata: named('flux') },
    {
      apiVersion: 'rbac.authorization.k8s.io/v1',
      kind: 'RoleBinding',
      metadata: named('flux'),
      roleRef: {
        apiGroup: 'rbac.authorization.k8s.io',
        kind: 'ClusterRole',
        name: 'admin',
      },
      subjects: [
        { kind: 'ServiceAccount', name: 'flux', namespace: NAMESPACE },
      ],
    },
    {
      ...GIT_REPOSITORY,
      metadata: named(),
      spec: { interval: '500ms', ref: { branch: 'main' }, url },
    },
    {
      ...KUSTOMIZATION,
      metadata: named('orders-images'),
      spec: {
        ...common,
        path: './deploy/images',
        sourceRef: source,
        healthChecks: [
          { ...IMAGE_POLICY, name: 'orders', namespace: NAMESPACE },
        ],
      },
    },
    {
      ...KUSTOMIZATION,
      metadata: named(),
      spec: {
        ...common,
        path: './deploy/app',
        targetNamespace: NAMESPACE,
        sourceRef: source,
        dependsOn: [{ name: 'orders-images' }],
      },
    },
  ];
}

const IMAGES = (image: string, template = '') => `
apiVersion: image.toolkit.fluxcd.io/v1
kind: ImageRepository
metadata: {name: orders, namespace: orders}
spec: {image: ${image}, interval: 1m, insecure: true}
---
apiVersion: image.toolkit.fluxcd.io/v1
kind: ImagePolicy
metadata: {name: orders, namespace: orders}
spec:
  imageRepositoryRef: {name: orders}
  filterTags: {pattern: '^main-[a-f0-9]{7}-(?P<ts>[1-9][0-9]*)$', extract: '$ts'}
  policy: {numerical: {order: asc}}
---
apiVersion: image.toolkit.fluxcd.io/v1
kind: ImageUpdateAutomation
metadata: {name: orders, namespace: orders}
spec:
  interval: 10m
  sourceRef: {kind: GitRepository, name: orders}
  git:
    checkout: {ref: {branch: main}}
    commit:
      author: {name: flux, email: flux@example.com}
      messageTemplate: |
        ${
          template ||
          'deploy: {{ range .Changed.Changes }}{{ .NewValue }} {{ end }}'
        }
    push: {branch: main}
  update: {path: ./deploy/app, strategy: Setters}
`;

const APP = (image: string) => ({
  'deploy/app/kustomization.yaml': `resources: [settings.yaml]
images:
  - name: app
    newName: ${image}
    newTag: none # {"$imagepolicy": "orders:orders:tag"}
`,
  'deploy/app/settings.yaml': `apiVersion: apps/v1
kind: Deployment
metadata: {name: orders}
spec:
  selector: {matchLabels: {app: orders}}
  template:
    metadata: {labels: {app: orders}}
    spec: {containers: [{name: app, image: app}]}
`,
});

describe('image automation', () => {
  let world: Awaited<ReturnType<typeof startWorld>>;
  let repository: Awaited<ReturnType<typeof createRepository>>;
  let registry: RegistryServer;
  let directory: string;
  let image: string;

  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'images-'));
    registry = await startRegistry({
      port: 0,
      directory: join(directory, 'registry'),
      logger: mockServices.logger.mock(),
    });
    image = `${new URL(registry.url).host}/acme/orders`;
    [world, repository] = await Promise.all([
      startWorld(),
      createRepository(directory),
    ]);
  });

  afterEach(async () => {
    await world.close();
    await registry.close();
    await rm(directory, { recursive: true, force: true });
  });

  const push = (tag: string) => pushImage(registry.url, 'acme/orders', [tag]);
  const runningImage = (tag: string) =>
    world.until(
      { apiVersion: 'apps/v1', kind: 'Deployment', ...named() },
      ({ spec }) =>
        spec.template.spec.containers[0].image === `${image}:${tag}`,
    );

  it('waits for the first image, deploys it, takes a newer one and ignores an older one', async () => {
    await repository.commit({
      'deploy/images/images.yaml': IMAGES(image),
      ...APP(image),
    });
    await world.apply(...enrolment(repository.url));
    const waiting = await world.until(
      key(IMAGE_REPOSITORY),
      object => condition(object, 'Ready')?.status === 'False',
    );
    expect(waiting.status).toEqual({
      observedGeneration: -1,
      conditions: [
        expect.objectContaining({
          type: 'Reconciling',
          reason: 'ProgressingWithRetry',
          message: 'scanning: first scan',
        }),
        expect.objectContaining({
          type: 'Ready',
          status: 'False',
          reason: 'ReadOperationFailed',
          message: expect.stringMatching(
            new RegExp(
              `^scan failed: GET http://${image.replace(
                '/acme',
                '/v2/acme',
              )}/tags/list\\?n=1000: NAME_UNKNOWN: `,
            ),
          ),
        }),
      ],
    });
    await world.until(
      key(KUSTOMIZATION, 'orders-images'),
      object => condition(object, 'Healthy')?.status === 'Unknown',
    );
    await world.until(
      key(KUSTOMIZATION),
      object =>
        condition(object, 'Ready')?.message ===
        `dependency 'orders/orders-images' is not ready`,
    );

    await push('main-aaaaaaa-1700000001');
    await world.reconcile(key(IMAGE_REPOSITORY));
    await runningImage('main-aaaaaaa-1700000001');
    expect(await repository.show('main:deploy/app/kustomization.yaml')).toBe(
      APP(image)['deploy/app/kustomization.yaml'].replace(
        'newTag: none',
        'newTag: main-aaaaaaa-1700000001',
      ),
    );
    const log = await repository.git('log', '-1', '--format=%an <%ae>%n%B');
    expect(log.toString().trim()).toBe(
      'flux <flux@example.com>\ndeploy: main-aaaaaaa-1700000001',
    );

    await push('main-ccccccc-1700000300');
    await world.reconcile(key(IMAGE_REPOSITORY));
    await runningImage('main-ccccccc-1700000300');
    await push('main-bbbbbbb-1700000200');
    await world.reconcile(key(IMAGE_REPOSITORY));
    await world.until(
      key(IMAGE_REPOSITORY),
      ({ status }) => status.lastScanResult.tagCount === 3,
    );
    const policy = await world.client.get(key(IMAGE_POLICY));
    expect(policy?.status).toMatchObject({
      latestRef: { name: image, tag: 'main-ccccccc-1700000300' },
      observedPreviousRef: { name: image, tag: 'main-aaaaaaa-1700000001' },
      conditions: [
        {
          type: 'Ready',
          status: 'True',
          reason: 'Succeeded',
          message: `Latest image tag for ${image} resolved to main-ccccccc-1700000300 (previously ${image}:main-aaaaaaa-1700000001)`,
        },
      ],
    });
    const automation = await world.client.get(key(IMAGE_UPDATE_AUTOMATION));
    const head = (await repository.git('rev-parse', 'main')).toString().trim();
    expect(automation?.status).toMatchObject({
      lastPushCommit: head,
      observedSourceRevision: `main@sha1:${head}`,
      observedPolicies: {
        orders: { name: image, tag: 'main-ccccccc-1700000300' },
      },
      conditions: [
        { type: 'Ready', status: 'True', message: 'repository up-to-date' },
      ],
    });
    expect(
      await world.events('ImageUpdateAutomation', 'orders'),
    ).toContainEqual({
      type: 'Normal',
      reason: 'Succeeded',
      message: `pushed commit '${head.slice(
        0,
        7,
      )}' to branch 'main'\ndeploy: main-ccccccc-1700000300 \n`,
    });
  });

  it('stalls an automation whose message uses the removed field', async () => {
    await repository.commit({
      'deploy/images/images.yaml': IMAGES(
        image,
        '{{ range .Updated.Images }}{{ . }}{{ end }}',
      ),
      ...APP(image),
    });
    await push('main-aaaaaaa-1700000001');
    await world.apply(...enrolment(repository.url));
    const stalled = await world.until(
      key(IMAGE_UPDATE_AUTOMATION),
      object => condition(object, 'Stalled')?.status === 'True',
    );
    expect(condition(stalled, 'Ready')).toMatchObject({
      status: 'False',
      reason: 'RemovedTemplateField',
    });
  });

  it('says that a push was refused, and recovers', async () => {
    await repository.commit({
      'deploy/images/images.yaml': IMAGES(image),
      ...APP(image),
    });
    const hook = join(repository.bare, 'hooks', 'pre-receive');
    await writeFile(hook, '#!/bin/sh\necho "no pushes today" >&2\nexit 1\n');
    await push('main-aaaaaaa-1700000001');
    await chmod(hook, 0o755);
    await world.apply(...enrolment(repository.url));
    const refused = await world.until(
      key(IMAGE_UPDATE_AUTOMATION),
      object => condition(object, 'Ready')?.status === 'False',
    );
    expect(condition(refused, 'Ready')).toMatchObject({
      reason: 'GitOperationFailed',
      message: expect.stringMatching(
        /^failed to update source: failed to push to remote: .*no pushes today/,
      ),
    });
    await rm(hook);
    await runningImage('main-aaaaaaa-1700000001');
  });

  it('scans with the credentials of a secret', async () => {
    const asked: (string | undefined)[] = [];
    const guarded = createServer((request, response) => {
      asked.push(request.headers.authorization);
      const known = request.headers.authorization === 'Basic dXNlcjpwYXNz';
      response.writeHead(known ? 200 : 401);
      response.end(
        JSON.stringify(
          known
            ? { tags: ['1.0.0'] }
            : { errors: [{ code: 'UNAUTHORIZED', message: 'no' }] },
        ),
      );
    });
    await new Promise<void>(done => {
      guarded.listen(0, '127.0.0.1', done);
    });
    const host = `127.0.0.1:${(guarded.address() as AddressInfo).port}`;
    await world.apply(
      { apiVersion: 'v1', kind: 'Namespace', metadata: { name: NAMESPACE } },
      {
        ...IMAGE_REPOSITORY,
        metadata: named(),
        spec: {
          image: `${host}/acme/orders`,
          interval: '1m',
          insecure: true,
          secretRef: { name: 'registry' },
        },
      },
    );
    const failing = await world.until(
      key(IMAGE_REPOSITORY),
      object => condition(object, 'Ready')?.status === 'False',
    );
    expect(condition(failing, 'Ready').message).toBe(
      'failed to configure authentication options: secrets "registry" not found',
    );
    expect(asked).toEqual([]);
    const config = {
      auths: { [host]: { username: 'user', password: 'pass' } },
    };
    await world.apply({
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: named('registry'),
      type: 'kubernetes.io/dockerconfigjson',
      data: {
        '.dockerconfigjson': Buffer.from(JSON.stringify(config)).toString(
          'base64',
        ),
      },
    });
    await world.reconcile(key(IMAGE_REPOSITORY));
    const ready = await world.until(
      key(IMAGE_REPOSITORY),
      object => condition(object, 'Ready')?.status === 'True',
    );
    expect(ready.status.lastScanResult.latestTags).toEqual(['1.0.0']);
    guarded.close();
    guarded.closeAllConnections();
  });

  it('flaps on an outage of the registry, as Flux does', async () => {
    await repository.commit({
      'deploy/images/images.yaml': IMAGES(image),
      ...APP(image),
    });
    await push('main-aaaaaaa-1700000001');
    await world.apply(...enrolment(repository.url));
    await world.until(
      key(IMAGE_REPOSITORY),
      object => condition(object, 'Ready')?.status === 'True',
    );
    await registry.close();
    await world.reconcile(key(IMAGE_REPOSITORY));
    const host = new URL(registry.url).host;
    const failing = await world.until(
      key(IMAGE_REPOSITORY),
      object => condition(object, 'Ready')?.status === 'False',
    );
    expect(condition(failing, 'Ready').message).toBe(
      `scan failed: Get "https://${host}/v2/": dial tcp ${host}: connect: connection refused; Get "http://${host}/v2/": dial tcp ${host}: connect: connection refused`,
    );
    const back = await world.until(
      key(IMAGE_REPOSITORY),
      object => condition(object, 'Ready')?.status === 'True',
    );
    expect(back.status.lastScanResult).toEqual(failing.status.lastScanResult);
  });
});
