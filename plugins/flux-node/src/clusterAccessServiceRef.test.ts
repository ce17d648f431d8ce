import {
  coreServices,
  createBackendPlugin,
  createServiceFactory,
} from '@backstage/backend-plugin-api';
import { startTestBackend } from '@backstage/backend-test-utils';
import express from 'express';
import { ClusterAccess } from './ClusterAccess';
import { clusterAccessServiceRef } from './clusterAccessServiceRef';

/** Answers as the Kubernetes plugin does, and tells what it was asked. */
function kubernetesDouble(handler: express.RequestHandler) {
  return createBackendPlugin({
    pluginId: 'kubernetes',
    register(env) {
      env.registerInit({
        deps: {
          http: coreServices.httpRouter,
          httpAuth: coreServices.httpAuth,
        },
        async init({ http, httpAuth }) {
          http.use(async (request, response, next) => {
            const { principal } = await httpAuth.credentials(request, {
              allow: ['service'],
            });
            response.setHeader('x-caller', principal.subject);
            handler(request, response, next);
          });
        },
      });
    },
  });
}

async function accessBeside(
  handler: express.RequestHandler,
): Promise<ClusterAccess> {
  let access: ClusterAccess | undefined;
  const plugin = createBackendPlugin({
    pluginId: 'flux',
    register(env) {
      env.registerInit({
        deps: { access: clusterAccessServiceRef },
        async init(deps) {
          access = deps.access;
        },
      });
    },
  });
  await startTestBackend({ features: [plugin, kubernetesDouble(handler)] });
  return access!;
}

describe('clusterAccessServiceRef', () => {
  it('lists the clusters of the Kubernetes plugin', async () => {
    const access = await accessBeside((_, response) =>
      response.json({
        items: [
          { name: 'prod-eu', title: 'EU', authProvider: 'serviceAccount' },
          { name: 'staging', authProvider: 'google' },
        ],
      }),
    );
    await expect(access.listClusters()).resolves.toEqual([
      { name: 'prod-eu', title: 'EU' },
      { name: 'staging' },
    ]);
  });

  it('sends requests through the proxy as the calling plugin', async () => {
    const access = await accessBeside((request, response) =>
      response.json({
        method: request.method,
        url: request.url,
        cluster: request.headers['backstage-kubernetes-cluster'],
        encoding: request.headers['accept-encoding'],
      }),
    );
    const response = await access.request('prod-eu', '/api/v1/pods?limit=1');
    expect(response.headers.get('x-caller')).toBe('plugin:flux');
    await expect(response.json()).resolves.toEqual({
      method: 'GET',
      url: '/proxy/api/v1/pods?limit=1',
      cluster: 'prod-eu',
      encoding: 'identity',
    });
  });

  it('hands on what an API server answers, errors too', async () => {
    const access = await accessBeside((_, response) =>
      response.status(500).json({ kind: 'Status', message: 'etcd is away' }),
    );
    const response = await access.request('prod-eu', '/apis');
    expect(response.status).toBe(500);
    await expect(response.json()).resolves.toMatchObject({
      message: 'etcd is away',
    });
  });

  it('rejects when the proxy got no answer from the cluster', async () => {
    const access = await accessBeside((_, response) =>
      response.status(500).json({
        error: { name: 'ForwardedError', message: 'connect ECONNREFUSED' },
        response: { statusCode: 500 },
      }),
    );
    await expect(access.request('prod-us', '/apis')).rejects.toThrow(
      "Cluster 'prod-us' can’t be reached",
    );
  });

  it('rejects when the Kubernetes plugin knows no such cluster', async () => {
    const access = await accessBeside((_, response) =>
      response.status(404).json({
        error: { name: 'NotFoundError', message: "Cluster 'x' not found" },
        response: { statusCode: 404 },
      }),
    );
    await expect(access.request('x', '/apis')).rejects.toMatchObject({
      name: 'NotFoundError',
      message: "The Kubernetes plugin knows no cluster 'x'",
    });
  });

  it('rejects when the Kubernetes plugin refuses', async () => {
    const access = await accessBeside((_, response) =>
      response.status(403).json({
        error: { name: 'NotAllowedError', message: 'Unauthorized' },
      }),
    );
    await expect(access.request('x', '/apis')).rejects.toMatchObject({
      name: 'ResponseError',
      statusCode: 403,
    });
  });

  it('says so when the list of clusters makes no sense', async () => {
    const access = await accessBeside((_, response) => response.send('hello'));
    await expect(access.listClusters()).rejects.toThrow(
      'The Kubernetes plugin answered its list of clusters in a form that is not understood',
    );
  });

  it('rejects with the reason of an abort', async () => {
    const access = await accessBeside(() => {});
    await expect(
      access.request('prod-eu', '/apis', { signal: AbortSignal.timeout(20) }),
    ).rejects.toMatchObject({ name: 'TimeoutError' });
  });

  it('can be replaced', async () => {
    const own: ClusterAccess = {
      listClusters: async () => [{ name: 'own' }],
      request: async () => new Response(),
    };
    let access: ClusterAccess | undefined;
    await startTestBackend({
      features: [
        createServiceFactory({
          service: clusterAccessServiceRef,
          deps: {},
          factory: () => own,
        }),
        createBackendPlugin({
          pluginId: 'flux',
          register(env) {
            env.registerInit({
              deps: { access: clusterAccessServiceRef },
              async init(deps) {
                access = deps.access;
              },
            });
          },
        }),
      ],
    });
    expect(access).toBe(own);
  });
});
