import {
  coreServices,
  createServiceFactory,
} from '@backstage/backend-plugin-api';
import { ResourceRef } from '@backstage-flux/plugin-flux-common';
import { startCluster, TestCluster } from '../__testUtils__/cluster';
import { startFluxBackend } from '../__testUtils__/fluxBackend';
import { payments } from '../__testUtils__/recordings';
import { until } from '../__testUtils__/until';
import { connectionOf, PAYMENTS } from '../__testUtils__/views';

const ACTIONS = '/entities/default/component/payments/actions';

function refOf(kind: string, name: string): ResourceRef {
  const found = payments().find(
    o => o.kind === kind && o.metadata.name === name,
  )!;
  return {
    cluster: 'prod-eu',
    group: found.apiVersion.includes('/') ? found.apiVersion.split('/')[0] : '',
    kind,
    namespace: 'payments',
    name,
  };
}

const app = refOf('Kustomization', 'payments');

describe('actions on the objects of an entity', () => {
  let api: TestCluster;
  const event = { success: jest.fn(), fail: jest.fn() };
  const createEvent = jest.fn();

  beforeEach(async () => {
    jest.resetAllMocks();
    createEvent.mockResolvedValue(event);
    event.success.mockResolvedValue(undefined);
    event.fail.mockResolvedValue(undefined);
    api = await startCluster();
  });

  afterEach(() => api.close());

  const start = () =>
    startFluxBackend({
      clusters: { 'prod-eu': api.url },
      services: [
        createServiceFactory({
          service: coreServices.auditor,
          deps: {},
          factory: () => ({ createEvent }),
        }),
      ],
    });

  const patched = () =>
    api.requests
      .filter(request => request.startsWith('PATCH'))
      .map(request => /([^/]+\/[^/?]+)\?/.exec(request)![1]);

  it('reconciles what the entity names and its image objects, sources first', async () => {
    const backend = await start();
    const { body } = await backend
      .post(`${ACTIONS}/reconcile`, { withSource: true })
      .expect(200);
    expect(body.results.map((r: { ok: boolean }) => r.ok)).toEqual(
      Array(6).fill(true),
    );
    expect(patched()).toEqual([
      'gitrepositories/payments',
      'imagerepositories/payments',
      'imagepolicies/payments',
      'imageupdateautomations/payments',
      'kustomizations/payments-images',
      'kustomizations/payments',
    ]);
    const { annotations } = api.find('Kustomization', 'payments').metadata;
    expect(annotations).toMatchObject({
      'reconcile.fluxcd.io/requestedAt': expect.stringMatching(
        /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{9}Z$/,
      ),
      'backstage-flux.io/requested-by': 'user:default/mock',
    });
  });

  it('asks anew each time', async () => {
    const backend = await start();
    const seen = new Set<string>();
    for (let i = 0; i < 3; i++) {
      await backend.post(`${ACTIONS}/reconcile`, { resources: [app] });
      seen.add(
        api.find('Kustomization', 'payments').metadata.annotations![
          'reconcile.fluxcd.io/requestedAt'
        ],
      );
    }
    expect(seen.size).toBe(3);
    expect(patched()).toEqual(Array(3).fill('kustomizations/payments'));
  });

  it('suspends with a reason, shows it, and resumes', async () => {
    const backend = await start();
    await backend
      .post(`${ACTIONS}/suspend`, { resources: [app], reason: 'on holiday' })
      .expect(200, { results: [{ ref: app, ok: true }] });
    const suspended = api.find('Kustomization', 'payments');
    expect(suspended.spec.suspend).toBe(true);
    expect(suspended.metadata.annotations).toMatchObject({
      'backstage-flux.io/suspended-by': 'user:default/mock',
      'backstage-flux.io/suspended-reason': 'on holiday',
      'backstage-flux.io/suspended-at': expect.any(String),
    });

    const view = await backend.get('/entities/default/component/payments');
    expect(view.body.clusters[0].resources).toContainEqual(
      expect.objectContaining({
        ref: app,
        status: expect.objectContaining({ state: 'suspended' }),
        suspension: expect.objectContaining({ reason: 'on holiday' }),
      }),
    );
    const reconciled = await backend.post(`${ACTIONS}/reconcile`, {
      resources: [app],
    });
    expect(reconciled.body.results[0].error).toBe(
      'Kustomization payments is suspended; resume it to have it reconciled',
    );

    const again = await backend.post(`${ACTIONS}/suspend`, {
      resources: [app],
      reason: 'again',
    });
    expect(again.body.results[0].error).toBe(
      'Kustomization payments is suspended already',
    );

    await backend
      .post(`${ACTIONS}/resume`, { resources: [app] })
      .expect(200, { results: [{ ref: app, ok: true }] });
    const twice = await backend.post(`${ACTIONS}/resume`, { resources: [app] });
    expect(twice.body.results[0].error).toBe(
      'Kustomization payments isn’t suspended',
    );
    const resumed = api.find('Kustomization', 'payments');
    expect(resumed.spec.suspend).toBeUndefined();
    expect(Object.keys(resumed.metadata.annotations!)).not.toEqual(
      expect.arrayContaining([expect.stringContaining('suspended')]),
    );
    expect(resumed.metadata.annotations).toHaveProperty([
      'reconcile.fluxcd.io/requestedAt',
    ]);
  });

  it('leaves what is suspended alone unless it is named', async () => {
    api.change('ImageUpdateAutomation', 'payments', ({ spec }) => {
      spec.suspend = true;
    });
    const backend = await start();
    await backend.post(`${ACTIONS}/reconcile`).expect(200);
    expect(patched()).toContain('kustomizations/payments');
    expect(patched()).not.toContain('imageupdateautomations/payments');
  });

  it('says so when there is nothing to reconcile', async () => {
    for (const { kind, metadata } of payments()) {
      api.change(kind, metadata.name, ({ spec }) => {
        spec.suspend = true;
      });
    }
    const backend = await start();
    const { body } = await backend.post(`${ACTIONS}/reconcile`).expect(409);
    expect(body.error.message).toContain('or all of it is suspended');
  });

  it('does what it can, and says for each object what it could not', async () => {
    api.setFault(/\/gitrepositories\//, {
      verb: 'patch',
      status: 403,
      message: 'gitrepositories "payments" is forbidden',
    });
    const backend = await start();
    const source = refOf('GitRepository', 'payments');
    const deployment = refOf('Deployment', 'payments');
    const foreign = { ...app, namespace: 'flux-system', name: 'infra' };
    const { body } = await backend
      .post(`${ACTIONS}/suspend`, {
        resources: [app, source, deployment, foreign],
        reason: 'incident',
      })
      .expect(200);
    expect(body.results).toEqual([
      { ref: app, ok: true },
      {
        ref: source,
        ok: false,
        error:
          'Backstage may not change GitRepository payments in cluster prod-eu: gitrepositories "payments" is forbidden. An administrator of the cluster has to allow it to patch gitrepositories',
      },
      {
        ref: deployment,
        ok: false,
        error: 'A Deployment can’t be suspended',
      },
      {
        ref: foreign,
        ok: false,
        error:
          'Kustomization infra in cluster prod-eu isn’t among the objects of component:default/payments',
      },
    ]);
    expect(patched()).toEqual([
      'kustomizations/payments',
      'gitrepositories/payments',
    ]);
  });

  it('tries nothing on a cluster that can’t be reached', async () => {
    const backend = await startFluxBackend({
      clusters: { 'prod-eu': api.url },
      flux: { clusters: { checkInterval: '20ms' } },
    });
    await backend.get(PAYMENTS).expect(200);
    api.setFault('/', { status: 503, message: 'shutting down' });
    await until(async () => {
      const { body } = await backend.get(PAYMENTS);
      expect(connectionOf(body, 'prod-eu')?.state).toBe('stale');
    });
    const { body } = await backend
      .post(`${ACTIONS}/suspend`, { resources: [app], reason: 'incident' })
      .expect(200);
    expect(body.results).toEqual([
      {
        ref: app,
        ok: false,
        error:
          'Kustomization payments was not changed. Cluster prod-eu can’t be reached: it answered 503: shutting down',
      },
    ]);
    expect(patched()).toEqual([]);
  });

  it.each([
    [404, 'Kustomization payments in cluster prod-eu doesn’t exist any more'],
    [409, 'was changed by somebody else at the same time; try again'],
    [422, 'refused the change of Kustomization payments: because'],
    [429, 'is overloaded, Kustomization payments was not changed'],
    [500, 'failed to change Kustomization payments (500): because'],
  ])('explains %d', async (status, expected) => {
    api.setFault('/', { verb: 'patch', status, message: 'because' });
    const backend = await start();
    const { body } = await backend.post(`${ACTIONS}/reconcile`, {
      resources: [app],
    });
    expect(body.results[0].ok).toBe(false);
    expect(body.results[0].error).toContain(expected);
    expect(event.fail).toHaveBeenCalledWith(
      expect.objectContaining({
        error: expect.objectContaining({
          message: expect.stringContaining(expected),
        }),
      }),
    );
  });

  it.each([
    [
      'suspend',
      { resources: [app] },
      "Invalid body: 'reason' expected a reason of 1 to 280 characters, it is missing",
    ],
    [
      'suspend',
      { resources: [app], reason: '   ' },
      `Invalid body: 'reason' expected a reason of 1 to 280 characters, got "   "`,
    ],
    [
      'resume',
      { resources: [] },
      "Invalid body: 'resources' expected a list of 1 to 100 objects, got []",
    ],
    [
      'resume',
      { resources: [{ ...app, name: '../secrets/x' }] },
      `Invalid body: 'resources[0].name' expected the name of a Kubernetes object, got "../secrets/x"`,
    ],
    [
      'reconcile',
      { withSources: true },
      "Invalid body: 'withSources' unknown key 'withSources', expected one of cluster, resources, withSource",
    ],
    [
      'reconcile',
      { cluster: 'prod-ue' },
      "There is nothing of component:default/payments in a cluster 'prod-ue'; expected one of prod-eu",
    ],
  ])('%s refuses %j', async (action, request, message) => {
    const backend = await start();
    const { body } = await backend
      .post(`${ACTIONS}/${action}`, request)
      .expect(400);
    expect(body.error).toMatchObject({ name: 'InputError', message });
    expect(patched()).toEqual([]);
  });

  it('audits actions and reads', async () => {
    const backend = await start();
    const meta = { kind: 'component', namespace: 'default', name: 'payments' };
    await backend.get('/entities/default/component/payments').expect(200);
    expect(createEvent).toHaveBeenCalledWith(
      expect.objectContaining({
        eventId: 'entity-read',
        severityLevel: 'low',
        meta,
      }),
    );
    await backend.post(`${ACTIONS}/reconcile`, { resources: [app] });
    expect(createEvent).toHaveBeenCalledWith(
      expect.objectContaining({
        eventId: 'entity-reconcile',
        severityLevel: 'medium',
        meta,
      }),
    );
    expect(event.success).toHaveBeenCalledWith({
      meta: {
        results: [
          {
            ref: 'prod-eu/kustomize.toolkit.fluxcd.io/Kustomization/payments/payments',
            ok: true,
          },
        ],
      },
    });
  });
});
