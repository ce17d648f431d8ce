import { deployment, Fleet } from '../__testUtils__/fleet';
import { startShop } from '../__testUtils__/shop';

jest.setTimeout(90_000);

// Flux takes half a minute at least for a health check, whatever the spec says.
const LONG_MS = 40_000;

const isWanted = (id: string) =>
  ['GitRepository/fleet', 'Kustomization/unhealthy'].includes(id);

// Half a minute each, hence at the same time and with a fleet each.
describe('the states of a health check that nobody passes', () => {
  const commitSlow = (fleet: Fleet) =>
    fleet.repository.commit(
      {
        'stuck/stuck.yaml': deployment(
          'stuck',
          'default',
          'broken:2',
          'progressDeadlineSeconds: 300',
        ),
      },
      'slow',
    );

  const unhealthy = (fleet: Fleet) => fleet.key('Kustomization', 'unhealthy');

  it.concurrent('fails early, waits, and times out', async () => {
    const kept = await startShop(isWanted);
    const early = await kept.states([
      'health-check-running.kustomization.unhealthy',
    ]);
    expect(early.actual).toEqual(early.expected);
    // Made anew, so that there is no history.
    const { spec } = (await kept.world.client.get(unhealthy(kept)))!;
    await kept.world.client.delete(unhealthy(kept));
    const commit = await commitSlow(kept);
    await kept.world.reconcile(kept.key('GitRepository', 'fleet'));
    await kept.world.until(
      kept.key('GitRepository', 'fleet'),
      ({ status }) => status.artifact.revision === `main@sha1:${commit}`,
    );
    while (await kept.world.client.get(unhealthy(kept))) {
      await new Promise(resolve => setTimeout(resolve, 50));
    }
    const { apiVersion, kind, ...metadata } = unhealthy(kept);
    await kept.world.apply({
      apiVersion,
      kind,
      metadata,
      spec: { ...spec, timeout: '30s' },
    });
    const waiting = await kept.states([
      'health-check-waiting.kustomization.unhealthy',
    ]);
    expect(waiting.actual).toEqual(waiting.expected);
    const late = await kept.states(
      ['health-check-timeout.kustomization.unhealthy'],
      { timeoutMs: LONG_MS },
    );
    expect(late.actual).toEqual(late.expected);
    await kept.close();
  });

  it.concurrent('is not ended by a new revision or a deletion', async () => {
    const deleted = await startShop(isWanted);
    const settled = await deleted.states(['settled.kustomization.unhealthy']);
    expect(settled.actual).toEqual(settled.expected);
    await deleted.world.client.patch(unhealthy(deleted), {
      spec: { timeout: '8s' },
    });
    await deleted.world.until(
      unhealthy(deleted),
      ({ status }) => status.history[0].totalReconciliations > 1,
    );
    await commitSlow(deleted);
    await deleted.world.reconcile(deleted.key('GitRepository', 'fleet'));
    await deleted.world.until(unhealthy(deleted), ({ status }) =>
      status.conditions.some(
        (condition: any) =>
          condition.type === 'Healthy' && condition.status === 'Unknown',
      ),
    );
    const started = Date.now();
    await deleted.repository.commit({ 'infra/more.yaml': '' }, 'next');
    await deleted.world.reconcile(deleted.key('GitRepository', 'fleet'));
    await deleted.world.client.delete(unhealthy(deleted));
    const deleting = await deleted.states(['deleting.kustomization.unhealthy']);
    expect(deleting.actual).toEqual(deleting.expected);
    while (await deleted.world.client.get(unhealthy(deleted))) {
      await new Promise(resolve => setTimeout(resolve, 100));
    }
    expect(Date.now() - started).toBeGreaterThan(25_000);
    expect(await deleted.world.events('Kustomization', 'unhealthy')).toEqual(
      expect.arrayContaining([
        {
          type: 'Warning',
          reason: 'HealthCheckFailed',
          message: expect.stringMatching(
            /^health check failed after 30.*s: timeout waiting for: \[Deployment\/default\/stuck status: 'InProgress'\]$/,
          ),
        },
        {
          type: 'Normal',
          reason: 'HealthCheckFailed',
          message: 'Deployment/default/stuck deleted',
        },
      ]),
    );
    await deleted.close();
  });
});
