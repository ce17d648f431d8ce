import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { condition, createRepository, startWorld } from './__testUtils__/world';
import { KUSTOMIZATION } from './kustomization/dependencies';
import { GIT_REPOSITORY } from './source/gitRepository';

jest.setTimeout(60_000);

const NAMESPACE = 'flux-system';

function fleet(url: string, more: object = {}) {
  return {
    ...GIT_REPOSITORY,
    metadata: { name: 'fleet', namespace: NAMESPACE },
    spec: { interval: '10m', ref: { branch: 'main' }, url, ...more },
  };
}

function kustomization(name: string, spec: object) {
  return {
    ...KUSTOMIZATION,
    metadata: { name, namespace: NAMESPACE },
    spec: {
      interval: '10m',
      prune: true,
      sourceRef: { kind: 'GitRepository', name: 'fleet' },
      ...spec,
    },
  };
}

const key = (type: { apiVersion: string; kind: string }, name: string) => ({
  ...type,
  namespace: NAMESPACE,
  name,
});

const configMap = (name: string, value = 'one') =>
  `apiVersion: v1
kind: ConfigMap
metadata:
  name: ${name}
  namespace: default
data:
  value: ${value}
`;

describe('GitRepository and Kustomization', () => {
  let world: Awaited<ReturnType<typeof startWorld>>;
  let repository: Awaited<ReturnType<typeof createRepository>>;
  let directory: string;

  const isReady = (name: string, status = 'True', reason?: string) =>
    world.until(
      key(KUSTOMIZATION, name),
      object =>
        condition(object, 'Ready')?.status === status &&
        (!reason || condition(object, 'Ready').reason === reason),
    );

  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'repository-'));
    [world, repository] = await Promise.all([
      startWorld(),
      createRepository(directory),
    ]);
    await world.apply({
      apiVersion: 'v1',
      kind: 'Namespace',
      metadata: { name: NAMESPACE },
    });
  });

  afterEach(async () => {
    await world.close();
    await rm(directory, { recursive: true, force: true });
  });

  it('applies a commit, then the next one, and prunes what is gone', async () => {
    const first = await repository.commit({
      'apps/a.yaml': configMap('a'),
      'apps/nested/b.yaml': configMap('b'),
    });
    await world.apply(
      fleet(repository.url),
      kustomization('apps', { path: './apps' }),
    );
    const applied = await isReady('apps');
    expect(applied.status).toMatchObject({
      observedGeneration: applied.metadata.generation,
      lastAppliedRevision: `main@sha1:${first}`,
      lastAttemptedRevision: `main@sha1:${first}`,
      inventory: {
        entries: [
          { id: 'default_a__ConfigMap', v: 'v1' },
          { id: 'default_b__ConfigMap', v: 'v1' },
        ],
      },
      history: [
        {
          lastReconciledStatus: 'ReconciliationSucceeded',
          totalReconciliations: 1,
        },
      ],
    });
    const a = await world.client.get({
      apiVersion: 'v1',
      kind: 'ConfigMap',
      namespace: 'default',
      name: 'a',
    });
    expect(a?.metadata.labels).toMatchObject({
      'kustomize.toolkit.fluxcd.io/name': 'apps',
      'kustomize.toolkit.fluxcd.io/namespace': NAMESPACE,
    });

    const second = await repository.commit({
      'apps/a.yaml': configMap('a', 'two'),
      'apps/nested/b.yaml': undefined,
    });
    await world.reconcile(key(GIT_REPOSITORY, 'fleet'));
    await world.until(
      key(KUSTOMIZATION, 'apps'),
      ({ status }) => status.lastAppliedRevision === `main@sha1:${second}`,
    );
    const configMaps = await world.client.list(
      { apiVersion: 'v1', kind: 'ConfigMap' },
      { namespace: 'default' },
    );
    const own = configMaps.filter(({ metadata }) =>
      ['a', 'b'].includes(metadata.name),
    );
    expect(own.map(({ metadata, data }) => [metadata.name, data])).toEqual([
      ['a', { value: 'two' }],
    ]);
    expect(await world.events('Kustomization', 'apps')).toEqual(
      expect.arrayContaining([
        {
          type: 'Normal',
          reason: 'Progressing',
          message: 'ConfigMap/default/a created\nConfigMap/default/b created',
        },
        {
          type: 'Normal',
          reason: 'Progressing',
          message:
            'ConfigMap/default/a configured\nConfigMap/default/b deleted',
        },
      ]),
    );
  });

  it('keeps its artifact when it cannot fetch, and says why', async () => {
    const commit = await repository.commit({ 'a.yaml': configMap('a') });
    await world.apply(fleet(repository.url));
    await world.until(
      key(GIT_REPOSITORY, 'fleet'),
      object => condition(object, 'Ready')?.status === 'True',
    );
    await repository.git('branch', '-m', 'main', 'gone');
    await world.reconcile(key(GIT_REPOSITORY, 'fleet'));
    const failing = await world.until(
      key(GIT_REPOSITORY, 'fleet'),
      object => condition(object, 'FetchFailed')?.status === 'True',
    );
    const message = `failed to checkout and determine revision: unable to clone '${repository.url}': couldn't find remote ref "refs/heads/main"`;
    expect(failing.status.conditions).toMatchObject([
      {
        type: 'Reconciling',
        status: 'True',
        reason: 'ProgressingWithRetry',
        message: 'reconciliation in progress',
      },
      { type: 'Ready', status: 'False', reason: 'GitOperationFailed', message },
      { type: 'ArtifactInStorage', status: 'True', reason: 'Succeeded' },
      { type: 'FetchFailed', status: 'True', reason: 'GitOperationFailed' },
    ]);
    expect(failing.status.artifact.revision).toBe(`main@sha1:${commit}`);

    await repository.git('branch', '-m', 'gone', 'main');
    await world.until(
      key(GIT_REPOSITORY, 'fleet'),
      object => condition(object, 'Ready')?.status === 'True',
    );
  });

  it('fails as Flux does on a bad path, bad YAML, a missing file and a missing source', async () => {
    await repository.commit({
      'bad/a.yaml': 'a: [',
      'missing/kustomization.yaml': 'resources: [not-there.yaml]',
      'unsupported/kustomization.yaml': 'helmCharts: []',
    });
    await world.apply(
      fleet(repository.url),
      kustomization('bad-path', { path: './no-such-folder' }),
      kustomization('bad-yaml', { path: './bad' }),
      kustomization('missing-file', { path: './missing' }),
      kustomization('unsupported', { path: './unsupported' }),
      kustomization('missing-source', {
        sourceRef: { kind: 'GitRepository', name: 'not-there' },
      }),
      kustomization('missing-dependency', {
        path: './bad',
        dependsOn: [{ name: 'not-there' }],
      }),
    );
    const ready = async (name: string, reason: string) =>
      condition(await isReady(name, 'False', reason), 'Ready').message;
    expect(await ready('bad-path', 'ArtifactFailed')).toMatch(
      /^(kustomization path not found: stat \/tmp\/kustomization-\d+\/no-such-folder: no such file or directory|Source artifact not found)/,
    );
    expect(await ready('bad-yaml', 'BuildFailed')).toMatch(
      /^kustomize build failed: failed to decode Kubernetes YAML from \/tmp\/kustomization-\d+\/bad\/a.yaml/,
    );
    expect(await ready('missing-file', 'BuildFailed')).toMatch(
      /accumulation err='accumulating resources from 'not-there.yaml': open \/tmp\/kustomization-\d+\/missing\/not-there.yaml: no such file or directory'/,
    );
    expect(await ready('unsupported', 'BuildFailed')).toMatch(
      /helmCharts is not supported by the sandbox/,
    );
    expect(await ready('missing-source', 'ArtifactFailed')).toBe(
      'GitRepository.source.toolkit.fluxcd.io "not-there" not found',
    );
    expect(await ready('missing-dependency', 'DependencyNotReady')).toBe(
      `dependency '${NAMESPACE}/not-there' not found: kustomizations.kustomize.toolkit.fluxcd.io "not-there" not found`,
    );
    const failing = await world.client.get(key(KUSTOMIZATION, 'bad-yaml'));
    expect(failing?.status.observedGeneration).toBe(-1);
  });

  it('applies only what the service account may', async () => {
    await repository.commit({ 'apps/a.yaml': configMap('a') });
    await world.apply(
      fleet(repository.url),
      kustomization('apps', {
        path: './apps',
        serviceAccountName: 'flux',
        retryInterval: '200ms',
      }),
    );
    const refused = await isReady('apps', 'False', 'ReconciliationFailed');
    expect(condition(refused, 'Ready').message).toBe(
      `ConfigMap/default/a dry-run failed (Forbidden): configmaps "a" is forbidden: User "system:serviceaccount:${NAMESPACE}:flux" cannot patch resource "configmaps" in API group "" in the namespace "default"`,
    );
    await world.apply({
      apiVersion: 'rbac.authorization.k8s.io/v1',
      kind: 'RoleBinding',
      metadata: { name: 'flux', namespace: 'default' },
      roleRef: {
        apiGroup: 'rbac.authorization.k8s.io',
        kind: 'ClusterRole',
        name: 'admin',
      },
      subjects: [
        { kind: 'ServiceAccount', name: 'flux', namespace: NAMESPACE },
      ],
    });
    await isReady('apps');
  });

  it('says what it does not support, on the object', async () => {
    await world.apply(
      fleet('http://127.0.0.1:1/x.git', { verify: { mode: 'HEAD' } }),
      {
        apiVersion: 'source.toolkit.fluxcd.io/v1',
        kind: 'Bucket',
        metadata: { name: 'podinfo', namespace: NAMESPACE },
        spec: {
          interval: '10m',
          endpoint: 'example.com',
          bucketName: 'podinfo',
        },
      },
    );
    const bucket = await world.until(
      key(
        { apiVersion: 'source.toolkit.fluxcd.io/v1', kind: 'Bucket' },
        'podinfo',
      ),
      object => condition(object, 'Stalled')?.status === 'True',
    );
    expect(condition(bucket, 'Ready')).toMatchObject({
      status: 'False',
      reason: 'NotSupported',
      message: 'The sandbox does not fetch from buckets',
    });
    const source = await world.until(
      key(GIT_REPOSITORY, 'fleet'),
      object => condition(object, 'Stalled')?.status === 'True',
    );
    expect(condition(source, 'Ready').message).toBe(
      'The sandbox does not support spec.verify of a GitRepository',
    );
  });

  it('corrects drift when asked, holds still while suspended, and cleans up when deleted', async () => {
    await repository.commit({ 'apps/a.yaml': configMap('a') });
    await world.apply(
      fleet(repository.url),
      kustomization('apps', { path: './apps' }),
    );
    await isReady('apps');
    const a = {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      namespace: 'default',
      name: 'a',
    };
    await world.client.patch(a, { data: { value: 'changed' } });
    await world.reconcile(key(KUSTOMIZATION, 'apps'));
    await world.until(a, ({ data }) => data.value === 'one');

    await world.client.patch(key(KUSTOMIZATION, 'apps'), {
      spec: { suspend: true },
    });
    const suspended = await world.until(
      key(KUSTOMIZATION, 'apps'),
      ({ status, metadata }) =>
        status.observedGeneration === metadata.generation,
    );
    expect(condition(suspended, 'Ready').status).toBe('True');
    await world.client.patch(key(KUSTOMIZATION, 'apps'), {
      spec: { suspend: false },
    });
    await world.until(
      key(KUSTOMIZATION, 'apps'),
      ({ status, metadata }) =>
        status.observedGeneration === metadata.generation,
    );
    await world.client.delete(key(KUSTOMIZATION, 'apps'));
    const gone = async () => !(await world.client.get(a));
    while (!(await gone())) {
      await new Promise(resolve => setTimeout(resolve, 20));
    }
    expect(await world.client.get(a)).toBeUndefined();
  });
});
