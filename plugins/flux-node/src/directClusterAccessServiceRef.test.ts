import {
  coreServices,
  createBackendModule,
  createBackendPlugin,
} from '@backstage/backend-plugin-api';
import { startTestBackend } from '@backstage/backend-test-utils';
import { createDeferred } from '@backstage/types';
import { ClusterAccess } from './ClusterAccess';
import { clusterAccessServiceRef } from './clusterAccessServiceRef';
import { directClusterAccessServiceRef } from './directClusterAccessServiceRef';

const direct: ClusterAccess = {
  listClusters: async () => [{ name: 'direct' }],
  request: async (cluster, path) => new Response(`${cluster}${path}`),
};

/** A Kubernetes plugin that starts when it is told to, and lists a cluster of its own. */
function kubernetesDouble(start = Promise.resolve()) {
  return createBackendPlugin({
    pluginId: 'kubernetes',
    register(env) {
      env.registerInit({
        deps: { http: coreServices.httpRouter },
        async init({ http }) {
          await start;
          http.use((_, response) => {
            response.json({ items: [{ name: 'proxied' }] });
          });
        },
      });
    },
  });
}

function fluxModule(provided: Promise<ClusterAccess | undefined>) {
  return createBackendModule({
    pluginId: 'kubernetes',
    moduleId: 'flux',
    register(env) {
      env.registerInit({
        deps: { holder: directClusterAccessServiceRef },
        async init({ holder }) {
          const access = await provided;
          if (access) {
            holder.provide(access);
          }
        },
      });
    },
  });
}

/** Uses the service as soon as it can, but doesn't have its start wait for it. */
function user(use: (access: ClusterAccess) => void) {
  return createBackendPlugin({
    pluginId: 'flux',
    register(env) {
      env.registerInit({
        deps: { access: clusterAccessServiceRef },
        async init({ access }) {
          use(access);
        },
      });
    },
  });
}

describe('directClusterAccessServiceRef', () => {
  it('is taken where a module fills it, also by who was there before it', async () => {
    const filled = createDeferred<ClusterAccess>();
    const used = createDeferred<ClusterAccess>();
    const started = startTestBackend({
      features: [user(used.resolve), kubernetesDouble(), fluxModule(filled)],
    });
    const access = await used;
    const early = access.listClusters();
    const given = access.request('direct', '/apis', {
      signal: AbortSignal.timeout(20),
    });
    await expect(given).rejects.toMatchObject({ name: 'TimeoutError' });
    filled.resolve(direct);
    await expect(early).resolves.toEqual([{ name: 'direct' }]);
    const response = await access.request('direct', '/apis');
    await expect(response.text()).resolves.toBe('direct/apis');
    await started;
  });

  it('is not waited for where the module is not installed', async () => {
    const start = createDeferred();
    const used = createDeferred<ClusterAccess>();
    const started = startTestBackend({
      features: [user(used.resolve), kubernetesDouble(start)],
    });
    const listed = (await used).listClusters();
    // Through the proxy, which itself holds requests until the Kubernetes plugin has started
    start.resolve();
    await expect(listed).resolves.toEqual([{ name: 'proxied' }]);
    await started;
  });

  it('is not waited for when the module has nothing to give', async () => {
    const used = createDeferred<ClusterAccess>();
    await startTestBackend({
      features: [
        user(used.resolve),
        kubernetesDouble(),
        fluxModule(Promise.resolve(undefined)),
      ],
    });
    await expect((await used).listClusters()).resolves.toEqual([
      { name: 'proxied' },
    ]);
  });
});
