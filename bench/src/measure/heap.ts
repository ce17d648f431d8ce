import { setTimeout as delay } from 'node:timers/promises';
import { until } from '../world/Backend';
import { World } from '../world/World';

const SETTLE_MS = 3_000;

/**
 * What the store's objects take of the heap: what is given back when they are all deleted in the clusters,
 * while the watches themselves go on.
 */
export async function measureHeapPerObject(world: World): Promise<number> {
  const { ours, started } = world;
  const token = await ours.userToken('setup');
  const before = await ours.usage({ gc: 'all' });
  await world.clusters.call('empty');
  await until('the store to be empty', async () => {
    const answer = await ours.client.get('/api/flux/resources?limit=1', {
      token,
    });
    return JSON.parse(await answer.text()).totalItems === 0;
  });
  await delay(SETTLE_MS);
  const after = await ours.usage({ gc: 'all' });
  return (before.heapBytes - after.heapBytes) / started.watchedObjects;
}
