import { Entity } from '@backstage/catalog-model';
import {
  mockCredentials,
  mockServices,
  startTestBackend,
} from '@backstage/backend-test-utils';
import { BackendFeature, ServiceFactory } from '@backstage/backend-plugin-api';
import { catalogServiceMock } from '@backstage/plugin-catalog-node/testUtils';
import kubernetesPlugin from '@backstage/plugin-kubernetes-backend';
import request from 'supertest';
import fluxPlugin from '..';

export const TOKEN = 'test-backstage';

export const paymentsEntity: Entity = {
  apiVersion: 'backstage.io/v1alpha1',
  kind: 'Component',
  metadata: {
    name: 'payments',
    namespace: 'default',
    annotations: {
      'fluxcd.io/resources':
        'kustomization:payments/payments, kustomization:payments/payments-images',
    },
  },
  spec: { type: 'service', lifecycle: 'production', owner: 'group:team' },
};

/** A cluster in the configuration of the Kubernetes plugin. */
const clusterDetails = (name: string, url: string) => ({
  name,
  url,
  authProvider: 'serviceAccount',
  serviceAccountToken: TOKEN,
  skipMetricsLookup: true,
});

const running = new Set<{ stop(): Promise<void> }>();

afterEach(async () => {
  await Promise.all([...running].map(backend => backend.stop()));
  running.clear();
});

/**
 * Starts the Flux backend beside the real Kubernetes plugin, over plain http clusters on loopback. It stops
 * after the test.
 */
export async function startFluxBackend(options: {
  clusters: Record<string, string>;
  entities?: Entity[];
  flux?: object;
  services?: ServiceFactory[];
  features?: BackendFeature[];
}) {
  const clusters = Object.entries(options.clusters).map(([name, url]) =>
    clusterDetails(name, url),
  );
  const backend = await startTestBackend({
    features: [
      fluxPlugin,
      kubernetesPlugin,
      catalogServiceMock.factory({
        entities: options.entities ?? [paymentsEntity],
      }),
      mockServices.rootConfig.factory({
        data: {
          flux: options.flux as any,
          kubernetes: {
            serviceLocatorMethod: { type: 'multiTenant' },
            clusterLocatorMethods: [{ type: 'config', clusters }],
          },
        },
      }),
      ...(options.services ?? []),
      ...(options.features ?? []),
    ],
  });
  running.add(backend);
  const { server } = backend;
  return {
    get: (path: string, _body?: object) =>
      asGuest(request(server).get(`/api/flux${path}`)),
    post: (path: string, body: object = {}) =>
      asGuest(request(server).post(`/api/flux${path}`)).send(body),
    /** Answers as soon as the headers are there. */
    open: (path: string, init: RequestInit = {}) =>
      fetch(`http://127.0.0.1:${server.port()}/api/flux${path}`, {
        ...init,
        headers: {
          authorization: mockCredentials.user.header(),
          ...init.headers,
        },
      }),
    async stop() {
      running.delete(backend);
      await backend.stop();
    },
  };
}

function asGuest(sent: request.Test) {
  return sent.set('authorization', mockCredentials.user.header());
}
