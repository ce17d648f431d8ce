import { condition } from '../__testUtils__/world';
import { HELM_CHART } from '../source/helmChart';
import { helloChart } from './__testUtils__/charts';
import { DEPLOYMENT, key, startHelmWorld } from './__testUtils__/helmWorld';
import { HELM_RELEASE } from './helmRelease';

jest.setTimeout(60_000);

const SECRETS = { apiVersion: 'v1', kind: 'Secret' };

describe('a HelmRelease', () => {
  let world: Awaited<ReturnType<typeof startHelmWorld>>;

  beforeAll(async () => {
    world = await startHelmWorld({
      ...helloChart(),
      ...helloChart('charts/typo'),
      'charts/typo/templates/deployment.yaml': 'a: 1\nb: {{ shout 1 }}\n',
      'charts/hooked/Chart.yaml':
        'apiVersion: v2\nname: hooked\nversion: 1.0.0\n',
      'charts/hooked/crds/things.yaml': `apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: things.example.com}
spec:
  group: example.com
  scope: Namespaced
  names: {kind: Thing, plural: things, singular: thing}
  versions:
    - name: v1
      served: true
      storage: true
      schema: {openAPIV3Schema: {type: object, x-kubernetes-preserve-unknown-fields: true}}
`,
      'charts/hooked/templates/a.yaml': `apiVersion: v1
kind: ConfigMap
metadata: {name: seed, annotations: {helm.sh/hook: pre-install}}
---
apiVersion: v1
kind: ConfigMap
metadata: {name: kept, annotations: {helm.sh/resource-policy: keep}}
---
apiVersion: v1
kind: ConfigMap
metadata: {name: plain}
data: {mode: {{ .Values.mode | quote }}, size: {{ .Values.size | quote }}, token: {{ .Values.token | quote }}}
---
apiVersion: v1
kind: ConfigMap
metadata: {name: test, annotations: {helm.sh/hook: test}}
`,
      'charts/hooked/values.yaml': 'mode: slow\nsize: 1\n',
    });
  });

  afterAll(() => world.close());

  const statusOf = async (name: string) =>
    (await world.client.get(key(HELM_RELEASE, name)))!.status;
  const versions = (status: any) =>
    status.history.map((entry: any) => `${entry.version} ${entry.status}`);
  const patch = (name: string, spec: object) =>
    world.client.patch(key(HELM_RELEASE, name), { spec });

  it('says which function a template lacks, and in which line', async () => {
    await world.release('typo', {
      chart: {
        spec: {
          chart: './charts/typo',
          sourceRef: { kind: 'GitRepository', name: 'fleet' },
        },
      },
    });
    const object = await world.ready('typo', 'InstallFailed');
    expect(condition(object, 'Ready').message).toBe(
      'Helm install failed for release shop/shop-typo with chart hello@0.1.0: parse error at (hello/templates/deployment.yaml:2): function "shout" not defined',
    );
    expect(object.status.history).toBeUndefined();
    await world.client.delete(key(HELM_RELEASE, 'typo'));
  });

  it('rolls an upgrade that fails back, retries it, and recovers', async () => {
    await world.release('back', {
      values: { replicas: 2 },
      upgrade: { remediation: { retries: 1 } },
    });
    await world.ready('back', 'InstallSucceeded');
    await patch('back', { values: { image: 'registry.test/broken:2' } });
    const failed = await world.until(
      key(HELM_RELEASE, 'back'),
      object => condition(object, 'Stalled') !== undefined,
    );
    expect(condition(failed, 'Stalled').message).toBe(
      'Failed to upgrade after 2 attempt(s)',
    );
    expect(condition(failed, 'Ready')).toMatchObject({
      status: 'False',
      reason: 'RollbackSucceeded',
      message:
        'Helm rollback to previous release shop/shop-back.v3 with chart ' +
        `${failed.status.history[0].chartName}@${failed.status.history[0].chartVersion} succeeded`,
    });
    expect(condition(failed, 'Released').message).toMatch(
      /^Helm upgrade failed for release shop\/shop-back with chart hello@0.1.0\+[0-9a-f]{12}: failed early due to stalled resources: \[Deployment\/shop\/shop-back-hello status: 'Failed'\]$/,
    );
    expect(versions(failed.status)).toEqual([
      '5 deployed',
      '4 failed',
      '3 superseded',
    ]);
    const deployment = await world.client.get(
      key(DEPLOYMENT, 'shop-back-hello', 'shop'),
    );
    expect(deployment!.spec.template.spec.containers[0].image).toBe(
      'registry.test/hello:1',
    );

    await patch('back', { values: { image: 'registry.test/hello:3' } });
    const recovered = await world.ready('back', 'UpgradeSucceeded');
    expect(condition(recovered, 'Remediated')).toBeUndefined();
    expect(recovered.status.failures).toBeUndefined();
  });

  it('uninstalls an install that fails, and stops after its retries', async () => {
    await world.release('never', {
      values: { image: 'registry.test/broken:1' },
      install: { remediation: { retries: 1, remediateLastFailure: true } },
    });
    const object = await world.until(
      key(HELM_RELEASE, 'never'),
      found => condition(found, 'Stalled') !== undefined,
    );
    expect(condition(object, 'Stalled').message).toBe(
      'Failed to install after 2 attempt(s)',
    );
    expect(condition(object, 'Ready').reason).toBe('UninstallSucceeded');
    expect(
      await world.client.get(key(DEPLOYMENT, 'shop-never-hello', 'shop')),
    ).toBeUndefined();
  });

  it('runs hooks, applies definitions, and merges values in order', async () => {
    await world.apply({
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'defaults', namespace: 'flux-system' },
      data: { 'values.yaml': 'mode: fast\nsize: 5\n' },
    });
    await world.apply({
      ...SECRETS,
      metadata: { name: 'token', namespace: 'flux-system' },
      data: { key: Buffer.from('s3cr3t').toString('base64') },
    });
    await world.release('hooked', {
      chart: {
        spec: {
          chart: 'charts/hooked',
          sourceRef: { kind: 'GitRepository', name: 'fleet' },
        },
      },
      valuesFrom: [
        { kind: 'ConfigMap', name: 'defaults' },
        {
          kind: 'Secret',
          name: 'token',
          valuesKey: 'key',
          targetPath: 'token',
        },
        { kind: 'ConfigMap', name: 'not-there', optional: true },
      ],
      values: { mode: 'mine' },
    });
    const object = await world.ready('hooked', 'InstallSucceeded');
    const get = (name: string) =>
      world.client.get({
        apiVersion: 'v1',
        kind: 'ConfigMap',
        namespace: 'shop',
        name,
      });
    expect((await get('plain'))!.data).toEqual({
      mode: 'mine',
      size: '5',
      token: 's3cr3t',
    });
    expect((await get('plain'))!.metadata.labels).toMatchObject({
      'helm.toolkit.fluxcd.io/name': 'hooked',
      'helm.toolkit.fluxcd.io/namespace': 'flux-system',
      'app.kubernetes.io/managed-by': 'Helm',
    });
    expect(await get('seed')).toBeDefined();
    expect(await get('test')).toBeUndefined();
    expect(
      object.status.inventory.entries.map((entry: any) => entry.id),
    ).toEqual([
      'shop_kept__ConfigMap',
      'shop_plain__ConfigMap',
      '_things.example.com_apiextensions.k8s.io_CustomResourceDefinition',
    ]);

    await world.client.delete(key(HELM_RELEASE, 'hooked'));
    const deadline = Date.now() + 10_000;
    while (
      (await world.client.get(key(HELM_RELEASE, 'hooked'))) &&
      Date.now() < deadline
    ) {
      await new Promise(resolve => setTimeout(resolve, 50));
    }
    expect(await get('plain')).toBeUndefined();
    expect(await get('kept')).toBeDefined();
    expect(
      await world.client.get(key(HELM_CHART, 'flux-system-hooked')),
    ).toBeUndefined();
    expect(
      await world.client.list(SECRETS, {
        labelSelector: 'owner=helm,name=shop-hooked',
      }),
    ).toEqual([]);
    expect(await world.events('HelmRelease', 'hooked')).toContainEqual({
      type: 'Normal',
      reason: 'UninstallSucceeded',
      message:
        'Helm uninstall succeeded for release shop/shop-hooked.v1 with chart hooked@1.0.0',
    });
  });

  it('waits for what it depends on, and does nothing while suspended', async () => {
    await world.release('later', { dependsOn: [{ name: 'first' }] });
    const waiting = await world.until(
      key(HELM_RELEASE, 'later'),
      object => condition(object, 'Ready')?.reason === 'DependencyNotReady',
    );
    expect(condition(waiting, 'Ready').message).toBe(
      `unable to get 'flux-system/first' dependency: helmreleases.helm.toolkit.fluxcd.io "first" not found`,
    );
    await world.release('first', { values: { replicas: 1 } });
    await world.ready('later', 'InstallSucceeded');
    await patch('later', { suspend: true, values: { replicas: 5 } });
    await world.until(
      key(HELM_RELEASE, 'later'),
      ({ metadata, status }) =>
        status.observedGeneration === metadata.generation,
    );
    const suspended = await statusOf('later');
    expect(versions(suspended)).toEqual(['1 deployed']);
    expect(condition({ status: suspended } as any, 'Ready').status).toBe(
      'True',
    );
  });
});
