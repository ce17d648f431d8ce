import { createServer, Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { condition } from '../__testUtils__/world';
import { helloChart } from '../helm/__testUtils__/charts';
import {
  key,
  NAMESPACE,
  startHelmWorld,
} from '../helm/__testUtils__/helmWorld';
import { HELM_RELEASE } from '../helm/helmRelease';
import { sha256, unpack } from './artifact';
import { HELM_CHART } from './helmChart';
import { HELM_REPOSITORY } from './helmRepository';
import { packageFolder } from './packageChart';

jest.setTimeout(60_000);

const packageOf = (version: string) =>
  packageFolder(
    new Map(
      Object.entries(helloChart('.', version)).map(([path, text]) => [
        path.slice(2),
        Buffer.from(text),
      ]),
    ),
    {
      versionMetadata: '',
      valuesFiles: [],
      ignoreMissingValuesFiles: false,
      readValues: () => undefined,
    },
  );

describe('HelmChart and HelmRepository', () => {
  let world: Awaited<ReturnType<typeof startHelmWorld>>;
  let server: Server;
  let url: string;
  let files: Record<string, string | Buffer>;
  const seen: (string | undefined)[] = [];

  beforeAll(async () => {
    files = {};
    for (const version of ['1.0.0', '1.2.0', '2.0.0', '3.0.0-rc.1']) {
      files[`/charts/hello-${version}.tgz`] = (
        await packageOf(version)
      ).content;
    }
    files['/index.yaml'] = `apiVersion: v1
entries:
  hello:
${['1.0.0', '1.2.0', '2.0.0', '3.0.0-rc.1']
  .map(
    version =>
      `  - {name: hello, version: ${version}, urls: [charts/hello-${version}.tgz]}`,
  )
  .join('\n')}
`;
    server = createServer((request, response) => {
      seen.push(request.headers.authorization);
      const content = files[request.url ?? ''];
      response.writeHead(content ? 200 : 404).end(content);
    });
    await new Promise<void>(done => {
      server.listen(0, '127.0.0.1', done);
    });
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    world = await startHelmWorld({
      ...helloChart(),
      'charts/hello/.helmignore': '*.tmp\n',
      'charts/hello/junk.tmp': 'junk',
      'charts/hello/values-prod.yaml': 'replicas: 5\n',
      'charts/needy/Chart.yaml':
        'apiVersion: v2\nname: needy\nversion: 1.0.0\ndependencies: [{name: db, version: 1.x}]\n',
    });
    await world.apply(
      {
        apiVersion: 'v1',
        kind: 'Secret',
        metadata: { name: 'login', namespace: NAMESPACE },
        data: {
          username: Buffer.from('me').toString('base64'),
          password: Buffer.from('secret').toString('base64'),
        },
      },
      {
        ...HELM_REPOSITORY,
        metadata: { name: 'shop', namespace: NAMESPACE },
        spec: { interval: '10m', url, secretRef: { name: 'login' } },
      },
    );
  });

  afterAll(async () => {
    await world.close();
    server.close();
    server.closeAllConnections();
  });

  const chart = (name: string, spec: object) =>
    world.apply({
      ...HELM_CHART,
      metadata: { name, namespace: NAMESPACE },
      spec: {
        interval: '10m',
        chart: './charts/hello',
        reconcileStrategy: 'ChartVersion',
        sourceRef: { kind: 'GitRepository', name: 'fleet' },
        version: '*',
        ...spec,
      },
    });
  const becomes = (name: string, reason: string) =>
    world.until(
      key(HELM_CHART, name),
      object => condition(object, 'Ready')?.reason === reason,
    );
  const download = async ({ status }: any) => {
    const response = await fetch(status.artifact.url);
    const content = Buffer.from(await response.arrayBuffer());
    expect(sha256(content)).toBe(status.artifact.digest);
    return unpack(content);
  };

  it('packages a folder of a Git repository', async () => {
    await chart('plain', {});
    const object = await becomes('plain', 'ChartPackageSucceeded');
    expect(object.status).toMatchObject({
      observedChartName: 'hello',
      artifact: {
        revision: '0.1.0',
        path: 'helmchart/flux-system/plain/hello-0.1.0.tgz',
      },
    });
    const content = await download(object);
    expect([...content.keys()]).toEqual([
      'hello/Chart.yaml',
      'hello/values.yaml',
      'hello/.helmignore',
      'hello/templates/deployment.yaml',
      'hello/values-prod.yaml',
    ]);
    expect((await fetch(object.status.url)).status).toBe(200);
  });

  it('merges values files, and marks the version with revision and generation', async () => {
    await chart('merged', {
      reconcileStrategy: 'Revision',
      valuesFiles: [
        'charts/hello/values.yaml',
        'charts/hello/values-prod.yaml',
        'charts/hello/not-there.yaml',
      ],
      ignoreMissingValuesFiles: true,
    });
    const object = await becomes('merged', 'ChartPackageSucceeded');
    const { revision } = object.status.artifact;
    expect(revision).toMatch(/^0\.1\.0\+[0-9a-f]{12}\.1$/);
    expect(condition(object, 'Ready').message).toBe(
      `packaged 'hello' chart with version '${revision}' and merged values files [charts/hello/values.yaml charts/hello/values-prod.yaml]`,
    );
    const content = await download(object);
    expect(content.get('hello/values.yaml')).toBe(
      'image: registry.test/hello:1\nreplicas: 5\n',
    );
    expect(content.get('hello/Chart.yaml')).toContain(`version: ${revision}`);
  });

  it.each([
    ['*', '2.0.0'],
    ['1.x', '1.2.0'],
    ['>=1.0.0 <1.2.0', '1.0.0'],
    ['3.0.0-rc.1', '3.0.0-rc.1'],
  ])('takes version %s from a chart repository', async (version, expected) => {
    const name = `from-repository-${expected}`;
    await chart(name, {
      chart: 'hello',
      version,
      sourceRef: { kind: 'HelmRepository', name: 'shop' },
    });
    const object = await becomes(name, 'ChartPullSucceeded');
    expect(object.status.artifact.revision).toBe(expected);
    expect(condition(object, 'Ready').message).toBe(
      `pulled 'hello' chart with version '${expected}'`,
    );
    expect([...(await download(object)).keys()]).toContain('hello/Chart.yaml');
    expect(seen).toContain(
      `Basic ${Buffer.from('me:secret').toString('base64')}`,
    );
  });

  it.each([
    [
      'no-version',
      {
        chart: 'hello',
        version: '9.x',
        sourceRef: { kind: 'HelmRepository', name: 'shop' },
      },
      'InvalidChartReference',
      "invalid chart reference: failed to get chart version for remote reference: no 'hello' chart with version matching '9.x' found",
    ],
    [
      'no-chart',
      { chart: 'nope', sourceRef: { kind: 'HelmRepository', name: 'shop' } },
      'InvalidChartReference',
      'invalid chart reference: failed to get chart version for remote reference: no chart name found',
    ],
    [
      'no-values',
      { valuesFiles: ['charts/hello/nope.yaml'] },
      'ValuesFilesError',
      "values files merge error: no values file found at path 'charts/hello/nope.yaml'",
    ],
    [
      'no-dependency',
      { chart: 'charts/needy' },
      'DependencyBuildError',
      "dependency build error: the sandbox does not download dependencies: put db into the chart's folder charts/",
    ],
    [
      'no-source',
      { sourceRef: { kind: 'GitRepository', name: 'gone' } },
      'SourceUnavailable',
      'failed to get source: gitrepositories.source.toolkit.fluxcd.io "gone" not found',
    ],
  ])('says why there is no chart: %s', async (name, spec, reason, message) => {
    await chart(name, spec);
    expect(condition(await becomes(name, reason), 'Ready')).toMatchObject({
      status: 'False',
      message,
    });
  });

  it('keeps the index of a chart repository, and follows it', async () => {
    const { status } = await world.until(
      key(HELM_REPOSITORY, 'shop'),
      object => condition(object, 'Ready')?.status === 'True',
    );
    const revision = sha256(Buffer.from(files['/index.yaml']));
    expect(status.artifact.revision).toBe(revision);
    expect(condition({ status } as any, 'Ready').message).toBe(
      `stored artifact: revision '${revision}'`,
    );
    await world.release('follows', {
      chart: {
        spec: {
          chart: 'hello',
          version: '2.x',
          sourceRef: { kind: 'HelmRepository', name: 'shop' },
        },
      },
    });
    await world.ready('follows', 'InstallSucceeded');
    files['/charts/hello-2.1.0.tgz'] = (await packageOf('2.1.0')).content;
    files['/index.yaml'] +=
      '  - {name: hello, version: 2.1.0, urls: [charts/hello-2.1.0.tgz]}\n';
    await world.reconcile(key(HELM_REPOSITORY, 'shop'));
    const release = await world.ready('follows', 'UpgradeSucceeded');
    expect(release.status.history[0].chartVersion).toBe('2.1.0');

    delete files['/index.yaml'];
    await world.reconcile(key(HELM_REPOSITORY, 'shop'));
    const failed = await world.until(
      key(HELM_REPOSITORY, 'shop'),
      object => condition(object, 'Ready')?.status === 'False',
    );
    expect(condition(failed, 'Ready').message).toBe(
      `failed to fetch Helm repository index: failed to cache index: failed to fetch ${url}/index.yaml : 404 Not Found`,
    );
    expect(condition(failed, 'ArtifactInStorage').status).toBe('True');
    const { status: after } = (await world.client.get(
      key(HELM_RELEASE, 'follows'),
    ))!;
    expect(condition({ status: after } as any, 'Ready').status).toBe('True');
  });

  it('leaves a HelmRepository of type oci without conditions', async () => {
    await world.apply({
      ...HELM_REPOSITORY,
      metadata: { name: 'oci', namespace: NAMESPACE },
      spec: { interval: '10m', type: 'oci', url: 'oci://registry.test/charts' },
    });
    const object = await world.until(
      key(HELM_REPOSITORY, 'oci'),
      ({ metadata }) => metadata.finalizers?.length === 1,
    );
    expect(object.status?.conditions).toBeUndefined();
  });
});
