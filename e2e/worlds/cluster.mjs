// The test cluster, started for the tests and ended with them, with a door before its registry.
import { join } from 'node:path';
import { build } from '../../test-cluster/lib/build.mjs';
import { down, up } from '../../test-cluster/lib/cluster.mjs';
import { startTcpDoor } from '../doors.mjs';
import { startOutside } from './outside.mjs';

/** See serve.mjs for what a world answers. */
export async function start({ directory, log }) {
  const home = join(directory, 'cluster');
  const cluster = await up({ directory: home, ...(await build(log)), log });
  try {
    const registry = await startTcpDoor({
      port: 4111,
      target: `http://${cluster.registry}`,
    });
    const outside = await startOutside({
      directory,
      kubeconfig: cluster.kubeconfig,
      backstageContext: cluster.backstageContext,
      testContext: cluster.context,
      registry: { url: 'http://127.0.0.1:4111' },
      receiverUrl: cluster.receiverUrl,
      pushUrl: `http://${cluster.registry}`,
      // No container runs there
      build: 'none',
    });
    return {
      ...outside,
      doors: { ...outside.doors, registry },
      async stop() {
        await outside.stop();
        await registry.close();
        await down(home, log);
      },
    };
  } catch (error) {
    await down(home, log);
    throw error;
  }
}
