import { ResourceView } from '@backstage-flux/plugin-flux-common';
import { KubernetesObject } from '@backstage-flux/sandbox/kubernetes';
import { recordAudits } from '../__testUtils__/audits';
import { startCluster, TestCluster } from '../__testUtils__/cluster';
import { denied } from '../__testUtils__/denied';
import { startFluxBackend } from '../__testUtils__/fluxBackend';
import { payments } from '../__testUtils__/recordings';
import { until } from '../__testUtils__/until';
import { PAYMENTS } from '../__testUtils__/views';

const KUSTOMIZATION =
  'prod-eu/kustomize.toolkit.fluxcd.io/Kustomization/payments/payments';
const DEPLOYMENT = 'prod-eu/apps/Deployment/payments/payments';
const OBJECT =
  '/apis/kustomize.toolkit.fluxcd.io/v1/namespaces/payments/kustomizations/payments';
const EVENTS = '/api/v1/namespaces/payments/events';

function event(name: string, at: string, kind = 'Kustomization'): any {
  return {
    apiVersion: 'v1',
    kind: 'Event',
    metadata: { namespace: 'payments', name: `${name}.${Date.parse(at)}` },
    involvedObject: { kind, namespace: 'payments', name },
    reason: 'ReconciliationSucceeded',
    message: 'Reconciliation finished',
    type: 'Normal',
    count: 1,
    lastTimestamp: at,
    firstTimestamp: at,
    reportingComponent: 'kustomize-controller',
  };
}

describe('one object in detail', () => {
  let api: TestCluster;

  const load = (...objects: KubernetesObject[]) => api.load(objects);
  const asked = (path: string) =>
    api.requests.filter(
      r => r.startsWith(`GET ${path}`) && !r.includes('watch'),
    );

  beforeEach(async () => {
    api = await startCluster();
  });

  afterEach(() => api.close());

  const start = (
    options: Partial<Parameters<typeof startFluxBackend>[0]> = {},
  ) => startFluxBackend({ clusters: { 'prod-eu': api.url }, ...options });

  const path = (id: string, more = '') =>
    `${PAYMENTS}/resource${more}?id=${encodeURIComponent(id)}`;

  describe('of an entity', () => {
    it('is as the view has it, as the cluster has it, and what was said of it', async () => {
      load(
        event('payments', '2026-11-22T18:00:00Z'),
        event('payments', '2026-11-22T19:00:00Z'),
        event('payments', '2026-11-22T18:30:00Z', 'Deployment'),
        event('payments-images', '2026-11-22T18:30:00Z'),
      );
      api.change('Kustomization', 'payments', object => {
        object.metadata.managedFields = [{ manager: 'kubectl' }];
      });
      const backend = await start();
      const { body: view } = await backend.get(PAYMENTS).expect(200);
      const { body } = await backend.get(path(KUSTOMIZATION)).expect(200);
      expect(body.resource).toEqual(
        view.clusters[0].resources.find(
          (r: ResourceView) => r.id === KUSTOMIZATION,
        ),
      );
      const { managedFields: _, ...metadata } = api.find(
        'Kustomization',
        'payments',
      ).metadata as any;
      expect(body.object).toMatchObject({
        kind: 'Kustomization',
        metadata: { name: metadata.name, uid: metadata.uid },
        status: { inventory: expect.anything() },
      });
      expect(body.object.metadata).not.toHaveProperty('managedFields');
      expect(body.truncated).toBe(false);
      expect(body.events.map((e: any) => e.lastAt)).toEqual([
        '2026-11-22T19:00:00Z',
        '2026-11-22T18:00:00Z',
      ]);
      expect(body.events[0]).toMatchObject({
        type: 'Normal',
        reason: 'ReconciliationSucceeded',
        source: 'kustomize-controller',
      });
      expect(body).not.toHaveProperty('eventsError');
    });

    it('hides what may be secret', async () => {
      api.change('Kustomization', 'payments', object => {
        object.spec.postBuild = { substitute: { key: 'hunter2' } };
        object.metadata.annotations = {
          'kubectl.kubernetes.io/last-applied-configuration':
            '{"spec":{"postBuild":{"substitute":{"key":"hunter2"}}}}',
        };
      });
      api.change('Deployment', 'payments', object => {
        object.spec.template.spec.containers[0].env = [
          { name: 'PASSWORD', value: 'hunter2' },
        ];
      });
      const backend = await start();
      for (const id of [KUSTOMIZATION, DEPLOYMENT]) {
        const { text, body } = await backend.get(path(id)).expect(200);
        expect(text).not.toContain('hunter2');
        expect(JSON.stringify(body.object)).toContain('(hidden)');
      }
    });

    it('is bounded', async () => {
      api.change('Kustomization', 'payments', object => {
        object.status.inventory.entries = Array.from(
          { length: 20_000 },
          (_, i) => ({ id: `payments_app-${i}_apps_Deployment`, v: 'v1' }),
        );
      });
      const backend = await start();
      const { body, text } = await backend.get(path(KUSTOMIZATION)).expect(200);
      expect(body.truncated).toBe(true);
      expect(text.length).toBeLessThan(300_000);
      const { entries } = body.object.status.inventory;
      expect(entries.at(-1)).toBe('… (19000 more)');
      expect(body.object.spec).toEqual(
        api.find('Kustomization', 'payments').spec,
      );
    });

    it('is read once for all who look at the same time', async () => {
      const backend = await start();
      await backend.get(PAYMENTS).expect(200);
      await Promise.all(
        Array.from({ length: 10 }, () =>
          backend.get(path(KUSTOMIZATION)).expect(200),
        ),
      );
      expect(asked(OBJECT)).toHaveLength(1);
      expect(asked(EVENTS)).toHaveLength(1);
    });

    it('is read anew a moment later', async () => {
      const backend = await start();
      await backend.get(path(KUSTOMIZATION)).expect(200);
      api.change('Kustomization', 'payments', object => {
        object.spec.interval = '7m';
      });
      await until(async () => {
        const { body } = await backend.get(path(KUSTOMIZATION)).expect(200);
        expect(body.object.spec.interval).toBe('7m');
      });
    });

    it('is only what belongs to the entity', async () => {
      const other: any = structuredClone(api.find('Kustomization', 'payments'));
      other.metadata.name = 'other';
      load(other, {
        apiVersion: 'v1',
        kind: 'Secret',
        metadata: { namespace: 'payments', name: 'payments' },
      });
      const backend = await start();
      for (const [id, name] of [
        [KUSTOMIZATION.replace(/payments$/, 'other'), 'Kustomization other'],
        ['prod-eu//Secret/payments/payments', 'Secret payments'],
        [KUSTOMIZATION.replace('prod-eu', 'prod-us'), 'Kustomization payments'],
      ]) {
        const { body } = await backend.get(path(id)).expect(404);
        expect(body.error.message).toMatch(
          `${name} in cluster ${
            id.split('/')[0]
          } isn’t among the objects of component:default/payments`,
        );
      }
      expect(asked('/api/v1/namespaces/payments/secrets')).toEqual([]);
      expect(asked(OBJECT.replace(/payments$/, 'other'))).toEqual([]);
    });

    it('says which right is missing in the cluster', async () => {
      const backend = await start();
      await backend.get(PAYMENTS).expect(200);
      api.setFault(EVENTS, { status: 403, message: 'events is forbidden' });
      const { body } = await backend.get(path(KUSTOMIZATION)).expect(200);
      expect(body).toMatchObject({
        events: [],
        eventsError:
          'Backstage may not read the events of Kustomization payments in cluster prod-eu: events is forbidden. An administrator of the cluster has to allow it to list events',
      });
      api.setFault(/deployments\/payments$/, {
        status: 403,
        message: 'deployments.apps is forbidden',
      });
      const answer = await backend.get(path(DEPLOYMENT)).expect(403);
      expect(answer.body.error).toMatchObject({
        name: 'NotAllowedError',
        message:
          'Backstage may not read Deployment payments in cluster prod-eu: deployments.apps is forbidden. An administrator of the cluster has to allow it to get deployments',
      });
    });

    it.each([
      [{ status: 401 }, 503, 'doesn’t accept Backstage’s credentials'],
      [{ status: 404 }, 404, 'doesn’t exist any more'],
      [
        { status: 429, retryAfterSeconds: 7 },
        503,
        'is overloaded; try again in 7 s',
      ],
      [{ status: 500, message: 'etcd is away' }, 503, '(500): etcd is away'],
      [
        { body: 'malformed' as const, status: 200 },
        503,
        'isn’t one of a Kubernetes API server',
      ],
      [{ hang: true }, 503, 'didn’t answer in time'],
    ])(
      'where the cluster fails (%j) answers %d',
      async (fault, code, words) => {
        const backend = await start({
          flux: { clusters: { timeout: '2s' } },
        });
        await backend.get(PAYMENTS).expect(200);
        api.setFault(/kustomizations\/payments$/, fault);
        const { body } = await backend.get(path(KUSTOMIZATION)).expect(code);
        expect(body.error.message).toContain(words);
        expect(body.error.message).toContain('prod-eu');
        // A failure isn't kept
        api.clearFaults();
        await until(() => backend.get(path(KUSTOMIZATION)).expect(200));
      },
    );

    it('doesn’t wait for a cluster that is known to be down', async () => {
      const backend = await start({
        flux: { clusters: { checkInterval: '100ms' } },
      });
      await backend.get(PAYMENTS).expect(200);
      await api.close();
      const { body } = await until(() =>
        backend.get(path(KUSTOMIZATION)).expect(503),
      );
      expect(body.error.message).toMatch(/^Cluster prod-eu can’t be reached/);
    });
  });

  describe('of all clusters', () => {
    const get = (id: string) => `/resource?id=${encodeURIComponent(id)}`;

    it('is shown by itself', async () => {
      const backend = await start();
      const { body } = await backend.get(get(KUSTOMIZATION)).expect(200);
      expect(body).toMatchObject({
        resource: { id: KUSTOMIZATION, status: { state: 'upToDate' } },
        object: { kind: 'Kustomization', metadata: { name: 'payments' } },
        events: [],
      });
      expect(body.resource).not.toHaveProperty('parentId');
    });

    it('is only what can be listed', async () => {
      load({
        apiVersion: 'v1',
        kind: 'Secret',
        metadata: { namespace: 'payments', name: 'payments' },
      });
      const backend = await start();
      await backend.get(PAYMENTS).expect(200);
      const pod = payments().find(o => o.kind === 'Pod')!.metadata.name;
      for (const id of [
        'prod-eu//Secret/payments/payments',
        `prod-eu//Pod/payments/${pod}`,
        KUSTOMIZATION.replace('prod-eu', 'prod-us'),
        KUSTOMIZATION.replace(/payments$/, 'nothing'),
      ]) {
        await backend.get(get(id)).expect(404);
      }
      expect(asked('/api/v1/namespaces/payments/')).toEqual([]);
    });
  });

  it.each([
    ['flux.resource.read', path(KUSTOMIZATION)],
    ['flux.resource.read', path('prod-eu//Pod/payments/x', '/log')],
    ['flux.cluster.read', `/resource?id=${KUSTOMIZATION}`],
  ])('needs %s: %s', async (name, url) => {
    const backend = await start({
      services: [denied(name)],
    });
    const { body } = await backend.get(url).expect(403);
    expect(body.error.message).toContain(`You need the permission ${name}`);
    expect(asked(OBJECT)).toEqual([]);
  });

  it('is audited', async () => {
    const audits = recordAudits();
    const backend = await start({ services: [audits.factory] });
    const pod = 'prod-eu//Pod/payments/x';
    await backend.get(path(KUSTOMIZATION)).expect(200);
    await backend.get(path(pod, '/log')).expect(404);
    await backend.get(`/resource?id=${KUSTOMIZATION}`).expect(200);
    const entity = {
      namespace: 'default',
      kind: 'component',
      name: 'payments',
    };
    expect(audits.events).toEqual([
      {
        eventId: 'entity-resource-read',
        meta: { ...entity, id: KUSTOMIZATION },
        ended: 'success',
      },
      {
        eventId: 'entity-log-read',
        meta: { ...entity, id: pod, tailLines: 200, previous: false },
        ended: 'fail',
      },
      {
        eventId: 'resource-read',
        meta: { id: KUSTOMIZATION },
        ended: 'success',
      },
    ]);
  });
});
