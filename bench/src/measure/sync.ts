import { until } from '../world/Backend';
import { World } from '../world/World';

export interface SyncResult {
  /** From when the clusters began to answer until ours had read them all. */
  seconds: number;
  heapBeforeBytes: number;
  heapAfterBytes: number;
  rssMiB: number;
  peakRssMiB: number;
  /** Of the backend, of the way to the clusters and all else. */
  sockets: number;
  watches: number;
}

/** Releases the clusters and waits until all but those that hang have been read. */
export async function sync(world: World): Promise<SyncResult> {
  const { ours, baseline, applications, options } = world;
  const before = await ours.usage({ gc: 'all' });
  const token = await ours.userToken('setup');
  const started = performance.now();
  await world.clusters.call('release');
  const expected = options.clusters - (options.hung?.length ?? 0);
  await until(
    'clusters to be read',
    async () => {
      const answer = await ours.client.get('/api/flux/clusters', { token });
      const { items } = JSON.parse(await answer.text());
      const live = items.filter((c: any) => c.connection.state === 'live');
      return live.length >= expected;
    },
    { timeoutMs: 300_000 },
  );
  const seconds = (performance.now() - started) / 1000;
  await ours.hasEntities(applications);
  await baseline?.hasEntities(applications);
  const after = await ours.usage({ gc: 'all' });
  const { watches } = await world.clusters.call<{ watches: number }>('traffic');
  const MiB = 1024 * 1024;
  return {
    seconds,
    heapBeforeBytes: before.heapBytes,
    heapAfterBytes: after.heapBytes,
    rssMiB: after.rssBytes / MiB,
    peakRssMiB: after.peakRssBytes / MiB,
    sockets: ours.sockets(),
    watches,
  };
}
