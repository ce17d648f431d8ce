import { Log } from '../report/Log';
import { World, WorldOptions } from '../world/World';

/** Starts a world for a measurement, and ends it whatever happens. */
export async function inWorld<T>(
  log: Log,
  options: WorldOptions,
  measure: (world: World) => Promise<T>,
): Promise<T> {
  const { clusters, fluxObjectsPerCluster, latencyMs, access } = options;
  log.step(
    `${clusters} × ${fluxObjectsPerCluster} objects, ${latencyMs} ms, ${access}`,
  );
  const world = await World.start(options);
  try {
    return await measure(world);
  } finally {
    await world.stop();
  }
}
