import { kindInfo } from '@backstage-flux/plugin-flux-common';
import { OLD_SERVER } from '../__testUtils__/cluster';
import { until } from '../__testUtils__/until';
import { connectionOf, resource } from '../__testUtils__/views';
import {
  countRequests,
  QUICK,
  startWorld,
  World,
} from '../__testUtils__/world';

const KUSTOMIZATIONS = '/apis/kustomize.toolkit.fluxcd.io/v1/kustomizations';
const GROUP = 'kustomize.toolkit.fluxcd.io';
const LATE = 'it didn’t answer within 0.5 s';

describe('a cluster recovers', () => {
  let world: World;

  afterEach(() => world.close());

  it.each([
    ['streamed', {}],
    ['paged', OLD_SERVER],
  ])(
    'a %s list that takes a minute holds up nothing else',
    async (_, cluster) => {
      world = await startWorld(['prod-eu', 'prod-us'], {
        cluster,
        flux: { clusters: { ...QUICK.clusters, silence: '10m' } },
        prepare: ({ 'prod-eu': eu }) =>
          eu.setFault(KUSTOMIZATIONS, { delayMs: 60_000 }),
      });
      const tooOften = countRequests(world.apis['prod-eu']);
      await world.untilTrue('prod-us');
      await until(async () => {
        const { body } = await world.backend.get('/clusters').expect(200);
        expect(connectionOf(body, 'prod-eu')).toMatchObject({
          state: 'live',
          missing: [
            { kind: 'Kustomization', reason: 'unreadable', message: LATE },
          ],
        });
      });
      world.touch('prod-us');
      await world.untilTrue('prod-us');
      // The list comes in the end
      world.apis['prod-eu'].clearFaults();
      await world.untilTrue('prod-eu');
      expect(tooOften()).toEqual([]);
      const asked = world.apis['prod-eu'].requests.filter(request =>
        /kustomizations.*(limit=|sendInitialEvents=)/.test(request),
      );
      expect(asked.length).toBeLessThanOrEqual(2);
    },
  );

  it('an API server that comes back with an older resourceVersion', async () => {
    world = await startWorld(['prod-eu', 'prod-us']);
    const { 'prod-eu': eu } = world.apis;
    const backup = eu.snapshot();
    for (let i = 0; i < 20; i++) {
      world.touch('prod-eu');
    }
    eu.change('ImagePolicy', 'payments', ({ spec }) => {
      spec.suspend = true;
    });
    await world.untilTrue('prod-eu');
    const tooOften = countRequests(eu);
    eu.restore(backup);
    await world.untilTrue('prod-eu');
    world.touch('prod-eu');
    await world.untilTrue('prod-eu');
    world.touch('prod-us');
    await world.untilTrue('prod-us');
    expect(tooOften()).toEqual([]);
  });

  it('a connection that broke during an outage isn’t trusted afterwards', async () => {
    // The Kubernetes plugin's proxy doesn't tell that it broke, and silence is far away
    world = await startWorld(['prod-eu'], {
      flux: { clusters: { ...QUICK.clusters, silence: '10m' } },
    });
    const { 'prod-eu': eu } = world.apis;
    await world.untilTrue('prod-eu');
    const tooOften = countRequests(eu);
    eu.setFault('/', { status: 503 });
    eu.disconnect();
    await world.untilTold('prod-eu', { state: 'stale' });
    world.touch('prod-eu');
    eu.clearFaults();
    await world.untilTrue('prod-eu');
    expect(tooOften()).toEqual([]);
  });

  it('a cluster that goes away says so as a whole, not of each kind that is read by namespace', async () => {
    world = await startWorld(['prod-eu']);
    const { 'prod-eu': eu } = world.apis;
    await world.untilTrue('prod-eu');
    eu.setFault(/\/pods$/, { status: 500 });
    eu.disconnect();
    await until(async () =>
      expect(connectionOf(await world.view(), 'prod-eu')).toMatchObject({
        state: 'live',
        missing: [{ kind: 'Pod', reason: 'unreadable' }],
      }),
    );
    eu.setFault('/', { status: 503 });
    eu.disconnect();
    await until(async () =>
      expect(connectionOf(await world.view(), 'prod-eu')).toEqual({
        state: 'stale',
        since: expect.any(String),
        reason: expect.stringContaining('503'),
        nextTryAt: expect.any(String),
      }),
    );
    eu.clearFaults();
    await world.untilTrue('prod-eu');
  });

  it('a watch that is taken up again and has nothing to tell', async () => {
    world = await startWorld(['prod-eu'], {
      plain: true,
      cluster: { bookmarkIntervalMs: 600_000 },
      flux: { clusters: { ...QUICK.clusters, silence: '10m' } },
    });
    const { 'prod-eu': eu } = world.apis;
    await world.untilTrue('prod-eu');
    eu.setFault(KUSTOMIZATIONS, { status: 500 });
    eu.disconnect();
    await until(async () => {
      const { body } = await world.backend.get('/clusters').expect(200);
      expect(connectionOf(body, 'prod-eu')).toMatchObject({
        missing: [{ kind: 'Kustomization', reason: 'unreadable' }],
      });
    });
    eu.clearFaults();
    await world.untilTrue('prod-eu');
  });

  it.each([
    ['with its group', GROUP, 'Kustomization', {}],
    [
      'to a group that there is, on an old API server',
      'source.toolkit.fluxcd.io',
      'GitRepository',
      OLD_SERVER,
    ],
  ])('a kind that is installed later, %s', async (_, group, kind, cluster) => {
    world = await startWorld(['prod-eu'], {
      cluster,
      prepare: ({ 'prod-eu': api }) => api.setServed(group, kind, false),
    });
    const { 'prod-eu': eu } = world.apis;
    await until(async () => {
      const { body } = await world.backend.get('/clusters').expect(200);
      expect(connectionOf(body, 'prod-eu')).toMatchObject({
        state: 'live',
        missing: [{ kind, reason: 'notInstalled' }],
      });
    });
    const { plural } = kindInfo(group, kind)!;
    const asked = eu.requests.filter(r => r.includes(`/${plural}?`));
    expect(asked).toEqual([]);
    eu.setServed(group, kind, true);
    await world.untilTrue('prod-eu');
    world.touch('prod-eu');
    await world.untilTrue('prod-eu');
  });

  it('an object of 10 MB', async () => {
    world = await startWorld(['prod-eu', 'prod-us']);
    const { 'prod-eu': eu } = world.apis;
    await world.untilTrue('prod-eu');
    const tooOften = countRequests(eu);
    eu.change('Kustomization', 'payments', ({ metadata, spec }) => {
      metadata.annotations.large = 'x'.repeat(10_000_000);
      spec.suspend = true;
    });
    world.touch('prod-us');
    await world.untilTrue('prod-us');
    await world.untilTrue('prod-eu');
    const view = await world.view();
    expect(resource(view, 'Kustomization', 'payments').status.state).toBe(
      'suspended',
    );
    expect(JSON.stringify(view).length).toBeLessThan(1_000_000);
    // It is there again whenever somebody begins anew
    eu.compact();
    eu.disconnect();
    world.touch('prod-eu');
    await world.untilTrue('prod-eu');
    expect(tooOften()).toEqual([]);
  });
});
