import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { mockServices } from '@backstage/backend-test-utils';
import { startKubernetesApi, type KubernetesApi } from '../../kubernetes';
import { pushImage, startRegistry, type RegistryServer } from '../../registry';
import type { KubernetesObject } from '../client';
import { HttpKubernetesClient } from '../HttpKubernetesClient';
import { runControllers } from '../runtime';
import { workloadControllers } from './index';

jest.setTimeout(30_000);

const logger = mockServices.logger.mock();
const DEPLOYMENT = { apiVersion: 'apps/v1', kind: 'Deployment' };
const POD = { apiVersion: 'v1', kind: 'Pod' };

let directory: string;
let registry: RegistryServer;
let registryHost: string;
let api: KubernetesApi;
let client: HttpKubernetesClient;
let abort: AbortController;
let running: Promise<void>;
/** What a watch saw of each kind, in order. */
let seen: Record<string, KubernetesObject[]>;

beforeEach(async () => {
  logger.child.mockReturnValue(logger);
  directory = await mkdtemp(join(tmpdir(), 'workloads-'));
  registry = await startRegistry({ directory, port: 0, logger });
  registryHost = new URL(registry.url).host;
  api = await startKubernetesApi({
    name: 'test',
    port: 0,
    tokens: [{ token: 'root', user: 'admin', groups: ['system:masters'] }],
    logger,
  });
  client = new HttpKubernetesClient({ url: api.url, token: 'root', logger });
  abort = new AbortController();
  const { signal } = abort;
  seen = { Deployment: [], Pod: [] };
  const watches = [DEPLOYMENT, POD].map(type =>
    client.watch(type, ({ object }) => seen[type.kind].push(object), {
      signal,
    }),
  );
  const controllers = workloadControllers({
    startDelayMs: () => 20,
    backOffMs: 100,
  });
  const all = runControllers(controllers, { client, logger, signal });
  running = Promise.all([all, ...watches]).then(() => {});
});

afterEach(async () => {
  abort.abort();
  await running;
  await api.close();
  await registry.close();
  await rm(directory, { recursive: true });
});

async function until<T>(
  look: () => Promise<T | undefined | false>,
): Promise<T> {
  for (;;) {
    const found = await look();
    if (found) {
      return found;
    }
    await new Promise(resolve => setTimeout(resolve, 20));
  }
}

const push = (tag: string, labels?: Record<string, string>) =>
  pushImage(registry.url, 'acme/web', [tag], { labels });

const container = (image: string) => ({ name: 'web', image });

const web = (tag: string, spec: object = {}): KubernetesObject => ({
  ...DEPLOYMENT,
  metadata: { name: 'web', namespace: 'default' },
  spec: {
    replicas: 2,
    selector: { matchLabels: { app: 'web' } },
    template: {
      metadata: { labels: { app: 'web' } },
      spec: { containers: [container(`${registryHost}/acme/web:${tag}`)] },
    },
    ...spec,
  },
});

const apply = (object: KubernetesObject) =>
  client.apply(object, { fieldManager: 'test', force: true });

const key = (name = 'web') => ({ ...DEPLOYMENT, namespace: 'default', name });

const condition = (object: KubernetesObject | undefined, type: string) =>
  object?.status?.conditions?.find((c: any) => c.type === type);

const rolledOut = (name?: string) =>
  until(async () => {
    const deployment = await client.get(key(name));
    return (
      deployment?.status?.observedGeneration ===
        deployment?.metadata.generation &&
      condition(deployment, 'Progressing')?.reason ===
        'NewReplicaSetAvailable' &&
      deployment?.status.replicas === deployment?.spec.replicas &&
      deployment?.status.updatedReplicas === deployment?.spec.replicas &&
      deployment?.status.availableReplicas === deployment?.spec.replicas &&
      deployment
    );
  });

const pods = () => client.list(POD, { namespace: 'default' });

const waitingFor = (reason: string) =>
  until(async () =>
    (await pods())
      .map(pod => pod.status?.containerStatuses?.[0])
      .find(status => status?.state.waiting?.reason === reason),
  );

const eventsAbout = async (kind: string) =>
  (await client.list({ apiVersion: 'v1', kind: 'Event' }))
    .filter(event => event.involvedObject.kind === kind)
    .map(event => `${event.reason}: ${event.message}`);

it('rolls a Deployment out as the recorded one did', async () => {
  await push('main-1');
  await apply(web('main-1'));
  const done = await rolledOut();
  expect(done.metadata.annotations).toEqual({
    'deployment.kubernetes.io/revision': '1',
  });
  expect(done.status).toEqual({
    availableReplicas: 2,
    conditions: [
      expect.objectContaining({
        type: 'Available',
        status: 'True',
        reason: 'MinimumReplicasAvailable',
        message: 'Deployment has minimum availability.',
      }),
      expect.objectContaining({
        type: 'Progressing',
        status: 'True',
        reason: 'NewReplicaSetAvailable',
        message: expect.stringMatching(
          /^ReplicaSet "web-[a-z0-9]{10}" has successfully progressed\.$/,
        ),
      }),
    ],
    observedGeneration: 1,
    readyReplicas: 2,
    replicas: 2,
    terminatingReplicas: 0,
    updatedReplicas: 2,
  });
  const reasons = seen.Deployment.map(
    object => condition(object, 'Progressing')?.reason,
  ).filter((reason, index, all) => reason && reason !== all[index - 1]);
  expect(reasons).toEqual([
    'NewReplicaSetCreated',
    'ReplicaSetUpdated',
    'NewReplicaSetAvailable',
  ]);
  const [pod] = await pods();
  expect(pod.status).toMatchObject({
    phase: 'Running',
    containerStatuses: [
      {
        imageID: expect.stringContaining('acme/web@sha256:'),
        ready: true,
        state: { running: {} },
      },
    ],
  });
  const setName = pod.metadata.ownerReferences![0].name;
  await until(async () =>
    (
      await eventsAbout('Deployment')
    ).includes(
      `ScalingReplicaSet: Scaled up replica set ${setName} from 0 to 2`,
    ),
  );
  const told = await eventsAbout('Pod');
  expect(told).toContain(
    `Scheduled: Successfully assigned default/${pod.metadata.name} to sandbox-node-0`,
  );
});

it('rolls over to a new image without going below what must be available', async () => {
  await push('main-1');
  await push('main-2');
  await apply(web('main-1'));
  await rolledOut();
  seen.Deployment.length = 0;
  await apply(web('main-2'));
  const done = await until(async () => {
    const deployment = await rolledOut();
    return deployment.metadata.generation === 2 && deployment;
  });
  expect(done.metadata.annotations).toEqual({
    'deployment.kubernetes.io/revision': '2',
  });
  const available = seen.Deployment.map(
    object => object.status.availableReplicas ?? 0,
  );
  expect(Math.min(...available)).toBeGreaterThanOrEqual(2);
  await until(async () => {
    const images = (await pods()).map(pod => pod.spec.containers[0].image);
    return images.length === 2 && images.every(image => /main-2$/.test(image));
  });

  await client.delete(key());
  await until(async () => !(await pods()).length);
});

it('says why an image cannot be pulled, and runs it once it is there', async () => {
  await apply(web('main-9', { replicas: 1, progressDeadlineSeconds: 1 }));
  const image = `${registryHost}/acme/web:main-9`;
  const backOff = await waitingFor('ImagePullBackOff');
  expect(backOff.state.waiting.message).toBe(
    `Back-off pulling image "${image}": ErrImagePull: rpc error: code = NotFound desc = failed to pull and unpack image "${image}": failed to resolve reference "${image}": ${image}: not found`,
  );
  const late = await until(async () => {
    const deployment = await client.get(key());
    return (
      condition(deployment, 'Progressing')?.status === 'False' && deployment
    );
  });
  expect(condition(late, 'Progressing')).toMatchObject({
    reason: 'ProgressDeadlineExceeded',
    message: expect.stringMatching(
      /^ReplicaSet ".*" has timed out progressing\.$/,
    ),
  });
  expect(condition(late, 'Available')).toMatchObject({
    status: 'False',
    reason: 'MinimumReplicasUnavailable',
  });
  const told = (await eventsAbout('Pod')).map(text => text.split(':')[0]);
  expect(told).toEqual(
    expect.arrayContaining(['Pulling', 'Failed', 'BackOff']),
  );

  await push('main-9');
  await rolledOut();
});

it('crashes what says that it crashes', async () => {
  await push('main-1', { 'sandbox.crash': 'true' });
  await apply(web('main-1', { replicas: 1 }));
  const crash = await until(async () => {
    const status = await waitingFor('CrashLoopBackOff');
    return status.restartCount > 0 && status;
  });
  expect(crash.state.waiting.message).toMatch(
    /^back-off \d+s restarting failed container=web pod=web-/,
  );
  expect(crash.lastState.terminated).toMatchObject({ exitCode: 1 });
});

it('keeps a pod unready until its readiness probe is first asked', async () => {
  await push('main-1');
  const deployment = web('main-1');
  deployment.spec.template.spec.containers[0].readinessProbe = {
    httpGet: { path: '/readyz', port: 8080 },
    initialDelaySeconds: 2,
  };
  await apply(deployment);
  await rolledOut();
  const ready = seen.Pod.map(pod => pod.status?.containerStatuses?.[0])
    .filter(status => status?.state.running)
    .map(status => status.ready);
  expect(ready).toContain(false);
  expect(ready.at(-1)).toBe(true);
});

it('runs StatefulSets, DaemonSets and Jobs', async () => {
  const template = {
    metadata: { labels: { app: 'db' } },
    spec: { containers: [container('example.com/db:1')] },
  };
  const object = (apiVersion: string, kind: string, spec: object) => ({
    apiVersion,
    kind,
    metadata: { name: kind.toLowerCase(), namespace: 'default' },
    spec,
  });
  const selector = { matchLabels: { app: 'db' } };
  await apply(
    object('apps/v1', 'StatefulSet', {
      replicas: 2,
      serviceName: 'db',
      selector,
      template,
    }),
  );
  await apply(object('apps/v1', 'DaemonSet', { selector, template }));
  await apply(
    object('batch/v1', 'Job', {
      template: {
        spec: { ...template.spec, restartPolicy: 'Never' },
      },
    }),
  );
  const get = (apiVersion: string, kind: string) =>
    client.get({
      apiVersion,
      kind,
      namespace: 'default',
      name: kind.toLowerCase(),
    });
  await until(
    async () =>
      (await get('apps/v1', 'StatefulSet'))?.status?.readyReplicas === 2,
  );
  await until(
    async () => (await get('apps/v1', 'DaemonSet'))?.status?.numberReady === 1,
  );
  await until(
    async () =>
      condition(await get('batch/v1', 'Job'), 'Complete')?.status === 'True',
  );
  const names = (await pods()).map(pod => pod.metadata.name);
  expect(names).toEqual(
    expect.arrayContaining(['statefulset-0', 'statefulset-1']),
  );
});

it('gives a new namespace its default ServiceAccount', async () => {
  await client.create({
    apiVersion: 'v1',
    kind: 'Namespace',
    metadata: { name: 'team' },
  });
  const account = await until(() =>
    client.get({
      apiVersion: 'v1',
      kind: 'ServiceAccount',
      namespace: 'team',
      name: 'default',
    }),
  );
  expect(account.metadata.uid).toEqual(expect.any(String));
});

it('takes a Canary from initialization to promotion', async () => {
  const CANARY = { apiVersion: 'flagger.app/v1beta1', kind: 'Canary' };
  const canaryKey = { ...CANARY, namespace: 'default', name: 'web' };
  await push('main-1');
  await push('main-2');
  await apply(web('main-1', { replicas: 1 }));
  await rolledOut();
  const phases: string[] = [];
  const weights: number[] = [];
  const watching = client.watch(
    CANARY,
    ({ object }) => {
      const { phase, canaryWeight } = object.status ?? {};
      if (phase && phase !== phases[phases.length - 1]) {
        phases.push(phase);
      }
      if (canaryWeight && canaryWeight !== weights[weights.length - 1]) {
        weights.push(canaryWeight);
      }
    },
    { signal: abort.signal },
  );
  await apply({
    ...CANARY,
    metadata: { name: 'web', namespace: 'default' },
    spec: {
      targetRef: { ...DEPLOYMENT, name: 'web' },
      analysis: { interval: '50ms', stepWeight: 25, maxWeight: 50 },
    },
  });
  const inPhase = (phase: string) =>
    until(async () => {
      const canary = await client.get(canaryKey);
      return canary?.status?.phase === phase && canary;
    });
  await inPhase('Initialized');
  expect((await client.get(key()))?.spec.replicas).toBe(0);
  expect((await client.get(key('web-primary')))?.spec.replicas).toBe(1);

  await client.apply(web('main-2', { replicas: undefined }), {
    fieldManager: 'test',
    force: true,
  });
  const done = await inPhase('Succeeded');
  expect(phases).toEqual([
    'Initializing',
    'Initialized',
    'Progressing',
    'Promoting',
    'Finalising',
    'Succeeded',
  ]);
  expect(weights).toEqual([25, 50]);
  expect(condition(done, 'Promoted')).toMatchObject({
    status: 'True',
    reason: 'Succeeded',
    message: expect.stringContaining('The sandbox measures nothing'),
  });
  const primary = await client.get(key('web-primary'));
  expect(primary?.spec.template.spec.containers[0].image).toMatch(/main-2$/);
  abort.abort();
  await watching;
});
