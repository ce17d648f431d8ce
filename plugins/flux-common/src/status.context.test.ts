import {
  deployment,
  git,
  IMAGE,
  kustomization,
  object,
  OK,
  ready,
  view,
} from './__fixtures__/scene';
import { project } from './projection/project';
import { createProjectionIndex } from './projectionIndex';
import { resourceStatus } from './status';

const v = 'image.toolkit.fluxcd.io/v1';

const repository = (status: object) =>
  object(v, 'ImageRepository', 'orders/orders', {
    spec: { image: IMAGE },
    status,
  });

const policy = (status: object) =>
  object(v, 'ImagePolicy', 'orders/orders', {
    spec: { imageRepositoryRef: { name: 'orders' } },
    status,
  });

const images = (status: object) =>
  kustomization('orders/orders-images', {
    spec: {
      path: './deploy/images',
      sourceRef: { kind: 'GitRepository', name: 'orders' },
      healthChecks: [
        {
          apiVersion: v,
          kind: 'ImagePolicy',
          name: 'orders',
          namespace: 'orders',
        },
      ],
    },
    status: {
      inventory: {
        entries: [{ id: 'orders_orders_image.toolkit.fluxcd.io_ImagePolicy' }],
      },
      ...status,
    },
  });

const app = kustomization('orders/orders', {
  spec: { dependsOn: [{ name: 'orders-images' }] },
  status: {
    lastAppliedRevision: undefined,
    ...ready(
      'False',
      'DependencyNotReady',
      "dependency 'orders/orders-images' is not ready",
    ),
  },
});

const empty = repository(
  ready(
    'False',
    'ReadOperationFailed',
    'scan failed: GET https://ghcr.io/v2/acme/orders/tags/list?n=1000: NAME_UNKNOWN: repository name not known',
  ),
);
const noTags = policy(
  ready(
    'False',
    'DependencyNotReady',
    'retrying in 2s error: no tags in database',
  ),
);
const timedOut = ready(
  'False',
  'HealthCheckFailed',
  "health check failed after 30.0s: timeout waiting for: [ImagePolicy/orders/orders status: 'InProgress']",
);
const checking = ready('Unknown', 'Progressing', 'Reconciliation in progress');

const states = (objects: object[]) => {
  const scene = view(objects, {
    'fluxcd.io/resources':
      'kustomization:orders/orders, kustomization:orders/orders-images',
  });
  return {
    scene,
    rows: Object.fromEntries(
      scene.resources.map(r => [
        `${r.ref.kind} ${r.ref.name}`,
        `${r.status.state} ${r.status.summary}`.trim(),
      ]),
    ),
  };
};

describe('an application without an image', () => {
  it.each([
    ['while its health check runs', checking],
    ['when Flux reports the wait as a failure', timedOut],
  ])('waits, from end to end, %s', (_, status) => {
    const { rows, scene } = states([
      git('orders/orders'),
      empty,
      noTags,
      images(status),
      app,
    ]);
    expect(rows).toEqual({
      'GitRepository orders': 'upToDate',
      'ImageRepository orders': 'waiting for the first image',
      'ImagePolicy orders': 'waiting for the first image',
      'Kustomization orders-images': 'waiting for the first image',
      'Kustomization orders': 'waiting for the first image',
    });
    expect(scene.status).toMatchObject({
      state: 'waiting',
      summary: 'for the first image',
      message: `${IMAGE} has no tags yet.`,
    });
    expect(scene.cause).toMatchObject({
      state: 'waiting',
      ref: { kind: 'ImageRepository' },
    });
  });

  const refused = ready(
    'False',
    'ReconciliationFailed',
    'Deployment/orders/orders dry-run failed (Invalid): Deployment.apps "orders" is invalid: spec.template.spec.containers[0].image: Required value',
  );

  it('waits for the commit of the first image, which the API server calls a missing value', () => {
    const found = ready('True', 'Succeeded', 'Latest image tag resolved');
    const { rows, scene } = states([
      git('orders/orders'),
      repository(found),
      policy(found),
      images(OK),
      kustomization('orders/orders', {
        spec: { dependsOn: [{ name: 'orders-images' }] },
        status: refused,
      }),
    ]);
    expect(rows['Kustomization orders']).toBe('waiting for the first image');
    expect(scene.status).toMatchObject({
      state: 'waiting',
      message: expect.stringMatching(/published, and not in Git yet/),
    });
    expect(scene.cause?.remedy).toMatch(/^Flux commits it by itself/);
  });

  it('fails for an empty image that no policy fills', () => {
    const { rows } = states([
      git('orders/orders'),
      kustomization('orders/orders', { status: refused }),
    ]);
    expect(rows['Kustomization orders']).toMatch(/^failing/);
  });

  it('fails for a registry that refuses, and says so first', () => {
    const { rows, scene } = states([
      git('orders/orders'),
      repository(
        ready(
          'False',
          'ReadOperationFailed',
          'scan failed: Get "https://ghcr.io/v2/": dial tcp: lookup ghcr.io: no such host',
        ),
      ),
      noTags,
      images(timedOut),
      app,
    ]);
    expect(rows).toMatchObject({
      'ImageRepository orders': 'failing the registry cannot be reached',
      'ImagePolicy orders': 'waiting for ImageRepository orders',
    });
    expect(scene.cause?.title).toBe(
      'ImageRepository orders can’t scan: the registry cannot be reached',
    );
    expect(scene.chain.map(s => s.state)).toEqual([
      'upToDate',
      'failing',
      'notReached',
      'notReached',
    ]);
  });

  it('fails where another object of the check is broken too', () => {
    const { rows } = states([
      empty,
      noTags,
      images(
        ready(
          'False',
          'HealthCheckFailed',
          "health check failed after 30.0s: timeout waiting for: [ImagePolicy/orders/orders status: 'InProgress', Deployment/orders/x status: 'InProgress']",
        ),
      ),
    ]);
    expect(rows['Kustomization orders-images']).toMatch(/^failing/);
  });
});

describe('states that only one kind has', () => {
  const one = (o: object) => {
    const { state, summary } = resourceStatus(project('c', o));
    return `${state} ${summary}`.trim();
  };
  const source = 'source.toolkit.fluxcd.io/v1';
  const notification = 'notification.toolkit.fluxcd.io/v1beta3';

  it.each([
    [object(notification, 'Alert', 'a/a', { spec: {} }), 'upToDate'],
    [object(notification, 'Provider', 'a/a', { spec: {} }), 'upToDate'],
    [
      object(notification, 'Alert', 'a/a', { spec: { suspend: true } }),
      'suspended',
    ],
    [
      object(source, 'HelmRepository', 'a/a', { spec: { type: 'oci' } }),
      'upToDate',
    ],
    [
      object(source, 'HelmRepository', 'a/a', { spec: { url: 'https://x' } }),
      'unknown no controller has looked at it yet',
    ],
    [
      object(source, 'ExternalArtifact', 'a/a', {
        status: { artifact: { revision: 'x' } },
      }),
      'upToDate',
    ],
    [
      object(
        'source.extensions.fluxcd.io/v1beta1',
        'ArtifactGenerator',
        'a/a',
        {
          annotations: { 'source.extensions.fluxcd.io/reconcile': 'disabled' },
          status: OK,
        },
      ),
      'suspended switched off',
    ],
    [
      object('batch/v1', 'CronJob', 'a/a', { spec: { suspend: true } }),
      'suspended',
    ],
    [
      object('batch/v1', 'Job', 'a/a', {
        status: { conditions: [{ type: 'Complete', status: 'True' }] },
      }),
      'upToDate completed',
    ],
    [
      object('batch/v1', 'Job', 'a/a', {
        status: { conditions: [{ type: 'Failed', status: 'True' }] },
      }),
      'failing the job failed',
    ],
    [
      object('projectcontour.io/v1', 'HTTPProxy', 'a/a', {
        spec: { virtualhost: { fqdn: 'orders.example.com' } },
      }),
      'upToDate orders.example.com',
    ],
    [
      deployment('a/a', 'x', {
        status: {
          readyReplicas: 1,
          conditions: [
            {
              type: 'Progressing',
              status: 'False',
              reason: 'ProgressDeadlineExceeded',
            },
          ],
        },
      }),
      'failing did not become ready in time',
    ],
    [
      object('apps/v1', 'DaemonSet', 'a/a', {
        status: {
          desiredNumberScheduled: 2,
          currentNumberScheduled: 2,
          numberReady: 2,
          updatedNumberScheduled: 2,
          observedGeneration: 1,
        },
      }),
      'upToDate 2/2 ready',
    ],
  ])('%#', (o, told) => {
    expect(one(o)).toBe(told);
  });

  const pod = (status: object) => object('v1', 'Pod', 'a/a', { status });
  const container = (extra: object) => ({
    phase: 'Running',
    containerStatuses: [
      { name: 'app', ready: true, restartCount: 0, ...extra },
    ],
  });

  it.each([
    [pod(container({})), 'upToDate no restarts'],
    [pod(container({ restartCount: 2 })), 'upToDate 2 restarts'],
    [pod(container({ ready: false })), 'progressing not ready yet'],
    [pod({ phase: 'Pending' }), 'progressing starting'],
    [pod({ phase: 'Succeeded' }), 'upToDate completed'],
    [pod({ phase: 'Failed' }), 'failing ended with an error'],
    [
      pod(
        container({
          ready: false,
          state: { waiting: { reason: 'CrashLoopBackOff' } },
        }),
      ),
      'failing crashes at start',
    ],
    [
      pod(
        container({
          ready: false,
          state: { waiting: { reason: 'CreateContainerConfigError' } },
        }),
      ),
      'failing container cannot be created',
    ],
    [
      pod(
        container({
          ready: false,
          state: { waiting: { reason: 'ContainerCreating' } },
        }),
      ),
      'progressing not ready yet',
    ],
    [
      pod({
        phase: 'Pending',
        conditions: [
          {
            type: 'PodScheduled',
            status: 'False',
            message: '0/3 nodes are available',
          },
        ],
      }),
      'waiting for a node',
    ],
  ])('pod %#', (o, told) => {
    expect(one(o)).toBe(told);
  });
});

it('says when a pod last restarted', () => {
  const restarted = project(
    'c',
    object('v1', 'Pod', 'a/a', {
      status: {
        phase: 'Running',
        containerStatuses: [
          {
            name: 'app',
            ready: true,
            restartCount: 1,
            lastState: { terminated: { finishedAt: '2026-11-22T17:20:30Z' } },
          },
        ],
      },
    }),
  );
  const summary = (now: string) => resourceStatus(restarted, { now }).summary;
  expect(summary('2026-11-22T18:00:45Z')).toBe('1 restart, 40 min ago');
  expect(summary('2026-11-22T17:20:31Z')).toBe('1 restart, just now');
  expect(summary('2026-11-25T18:00:00Z')).toBe('1 restart, 3 d ago');
  expect(summary('2026-11-22T17:00:00Z')).toBe('1 restart');
});

it('does not take the keeping of an object from Git for a suspension', () => {
  const kept = kustomization('a/a', {
    annotations: { 'kustomize.toolkit.fluxcd.io/reconcile': 'disabled' },
  });
  expect(resourceStatus(project('c', kept)).state).toBe('upToDate');
});

describe('what someone asked for', () => {
  const asked = (at: string | undefined, handled: string | undefined) =>
    resourceStatus(
      project(
        'c',
        kustomization('a/a', {
          annotations: at ? { 'reconcile.fluxcd.io/requestedAt': at } : {},
          status: { lastHandledReconcileAt: handled, ...OK },
        }),
      ),
    ).state;

  it('is on its way until Flux answers', () => {
    expect(asked('2026-11-22T18:00:00Z', '2026-11-22T17:00:00Z')).toBe(
      'progressing',
    );
    expect(asked('2026-11-22T18:00:00Z', '2026-11-22T18:00:00Z')).toBe(
      'upToDate',
    );
    expect(asked(undefined, '2026-11-22T17:00:00Z')).toBe('upToDate');
  });

  it('is named with who asked', () => {
    const scene = view([
      kustomization('orders/orders', {
        annotations: {
          'reconcile.fluxcd.io/requestedAt': '2026-11-22T18:00:00Z',
          'backstage-flux.io/requested-by': 'user:default/guest',
        },
      }),
    ]);
    expect(scene.resources[0]).toMatchObject({
      requestedBy: 'user:default/guest',
      requestedAt: '2026-11-22T18:00:00Z',
      status: { state: 'progressing', summary: 'asked to reconcile' },
    });
  });
});

it('answers for objects that depend on each other in a circle', () => {
  const index = createProjectionIndex(
    ['a', 'b'].map(name =>
      project(
        'c',
        kustomization(`x/${name}`, {
          spec: { dependsOn: [{ name: name === 'a' ? 'b' : 'a' }] },
          status: ready(
            'False',
            'DependencyNotReady',
            "dependency 'x/y' is not ready",
          ),
        }),
      ),
    ),
  );
  for (const p of index.all()) {
    expect(resourceStatus(p, { index }).state).toBe('waiting');
  }
});
