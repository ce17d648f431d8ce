// A cluster of the kubeconfig, where Flux is installed.
import { isOwnAddress } from '../../scripts/addresses.mjs';
import { startTcpDoor } from '../doors.mjs';
import { startOutside } from './outside.mjs';

/** See serve.mjs for what a world answers. */
export async function start({ directory }) {
  const {
    E2E_CONTEXT: context,
    E2E_KUBECONFIG: kubeconfig,
    E2E_GIT_HOST_URL: gitHostUrl,
    E2E_REGISTRY: registry,
  } = process.env;
  if (!context) {
    throw new Error('e2e: E2E_CONTEXT names no context of the kubeconfig');
  }
  const options = {
    directory,
    kubeconfig,
    backstageContext: context,
    testContext: context,
    gitHostUrl,
  };
  const address = registry || '127.0.0.1:4111';
  const url = `http://${address}`;
  const { hostname: host, port } = new URL(url);
  if (!isOwnAddress(host)) {
    // Others may use it, too: it has no door
    return startOutside({ ...options, registry: { url } });
  }

  const pushUrl = 'http://127.0.0.1:4113';
  const door = await startTcpDoor({
    port: Number(port),
    host,
    target: pushUrl,
  });
  const outside = await startOutside({
    ...options,
    registry: { url, port: 4113 },
    pushUrl,
  });
  return {
    ...outside,
    doors: { ...outside.doors, registry: door },
    async stop() {
      await outside.stop();
      await door.close();
    },
  };
}
