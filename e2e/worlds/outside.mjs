// What the worlds have in common whose cluster is not the backend's own: GitHub is the double in the backend,
// and Backstage reaches the cluster through a proxy on loopback, which is the cluster's door.
import { join } from 'node:path';
import { isOwnAddress } from '../../scripts/addresses.mjs';
import {
  clusterName,
  writeClusterConfig,
} from '../../scripts/clusterConfig.mjs';
import { startKubeconfigProxy } from '../../scripts/kubeconfigProxy.mjs';

/**
 * @param kubeconfig path; what kubectl would use when left out
 * @param backstageContext with what Backstage may do
 * @param testContext with which the tests look at the cluster and remove what they made
 * @param gitHostUrl `http://HOST:PORT` of this machine as the cluster reaches it; loopback when left out
 * @param registry `{ url, port? }` as in clusterConfig.mjs
 * @param receiverUrl of Flux's webhook receiver, as workflows reach it
 * @param build how images are built, as in clusterConfig.mjs
 * @param pushUrl the registry past its door, where it has one
 */
export async function startOutside({
  directory,
  kubeconfig,
  backstageContext,
  testContext,
  gitHostUrl,
  registry,
  receiverUrl,
  build,
  pushUrl = registry.url,
}) {
  const forBackstage = await startKubeconfigProxy({
    kubeconfig,
    context: backstageContext,
  });
  const forTests = await startKubeconfigProxy({
    kubeconfig,
    context: testContext,
  });
  const cluster = clusterName(forTests.context);
  const gitUrl = gitHostUrl || 'http://127.0.0.1:4110';
  const { hostname, port } = new URL(gitUrl);
  const sshPort = Number(port) + 2;
  const config = join(directory, 'app-config.world.yaml');
  writeClusterConfig(config, {
    cluster: {
      name: cluster,
      url: forBackstage.url,
      token: forBackstage.token,
      receiverUrl,
    },
    github: {
      port: Number(port),
      sshPort,
      build,
      ...(gitHostUrl && {
        url: gitHostUrl,
        address: isOwnAddress(hostname) ? hostname : undefined,
      }),
    },
    // Deliveries wait for three polls, one after the other
    interval: '5s',
    registry,
    directory: join(directory, 'sandbox'),
  });

  return {
    configs: ['app-config.sandbox.yaml', config],
    env: {
      APP_CONFIG_app_baseUrl: '"http://127.0.0.1:7107"',
      APP_CONFIG_backend_baseUrl: '"http://127.0.0.1:7107"',
      APP_CONFIG_backend_listen_port: '7107',
    },
    doors: {
      cluster: { open: forBackstage.resume, close: forBackstage.pause },
    },
    world: {
      github: { url: gitUrl, token: 'sandbox-token', owner: 'acme' },
      gitUrl,
      registryUrl: pushUrl,
      cluster,
      kubernetes: { url: forTests.url, token: forTests.token },
      addresses: {
        '<github>': new URL(gitUrl).host,
        '<registry>': new URL(registry.url).host,
        '<git>': `${hostname}:${sshPort}`,
      },
    },
    async stop() {
      await forBackstage.close();
      await forTests.close();
    },
  };
}
