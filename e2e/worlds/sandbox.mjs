// The world that the backend brings along: the sandbox's GitHub, registry and cluster `staging`, with a door
// before the registry and one before the cluster.
import { startTcpDoor } from '../doors.mjs';

/** See serve.mjs for what a world answers. The sandbox itself starts and ends with the backend. */
export async function start() {
  const registry = await startTcpDoor({
    port: 4111,
    target: 'http://127.0.0.1:4113',
  });
  const cluster = await startTcpDoor({
    port: 4122,
    target: 'http://127.0.0.1:4124',
  });
  return {
    configs: ['app-config.sandbox.yaml', 'app-config.e2e.yaml'],
    env: {},
    doors: { registry, cluster },
    world: {
      github: {
        url: 'http://127.0.0.1:4110',
        token: 'sandbox-token',
        owner: 'acme',
      },
      gitUrl: 'http://127.0.0.1:4110',
      registryUrl: 'http://127.0.0.1:4113',
      cluster: 'staging',
      kubernetes: { url: 'http://127.0.0.1:4124', token: 'sandbox-admin' },
      // What the answers of the API name differently in each world
      addresses: {
        '<github>': '127.0.0.1:4110',
        '<registry>': '127.0.0.1:4111',
        '<git>': '127.0.0.1:4112',
      },
    },
    async stop() {
      await registry.close();
      await cluster.close();
    },
  };
}
