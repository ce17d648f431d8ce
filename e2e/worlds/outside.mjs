// What the worlds have in common whose cluster is not the backend's own: GitHub is the double in the backend,
// and Backstage reaches the cluster through a proxy on loopback, which is the cluster's door.
import { join } from 'node:path';
import {
  clusterName,
  writeClusterConfig,
} from '../../scripts/clusterConfig.mjs';
import { startKubeconfigProxy } from '../../scripts/kubeconfigProxy.mjs';

const github = { port: 4110, sshPort: 4112 };

/**
 * @param kubeconfig path; what kubectl would use when left out
 * @param backstageContext with what Backstage may do
 * @param testContext with which the tests look at the cluster and remove what they made
 * @param gitHostUrl `http://HOST:PORT` of this machine as the cluster reaches it; loopback when left out
 * @param registry `{ url, port? }` as in clusterConfig.mjs
 * @param pushUrl the registry past its door, where it has one
 */
export async function startOutside({
  directory,
  kubeconfig,
  backstageContext,
  testContext,
  gitHostUrl,
  registry,
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
  const gitUrl = gitHostUrl || `http://127.0.0.1:${github.port}`;
  const config = join(directory, 'app-config.world.yaml');
  writeClusterConfig(config, {
    cluster: {
      name: cluster,
      url: forBackstage.url,
      token: forBackstage.token,
    },
    github: {
      ...github,
      ...(gitHostUrl && {
        url: gitHostUrl,
        port: Number(new URL(gitUrl).port),
      }),
    },
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
        '<git>': `${new URL(gitUrl).hostname}:${github.sshPort}`,
      },
    },
    async stop() {
      await forBackstage.close();
      await forTests.close();
    },
  };
}
