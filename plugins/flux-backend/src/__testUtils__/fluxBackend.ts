import { Entity } from '@backstage/catalog-model';
import {
  mockCredentials,
  mockServices,
  startTestBackend,
} from '@backstage/backend-test-utils';
import { ServiceFactory } from '@backstage/backend-plugin-api';
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

/** Starts the Flux backend beside the real Kubernetes plugin, over plain http clusters on loopback. */
export async function startFluxBackend(options: {
  clusters: Record<string, string>;
  entities?: Entity[];
  flux?: object;
  services?: ServiceFactory[];
}) {
  const clusters = Object.entries(options.clusters).map(([name, url]) => ({
    name,
    url,
    authProvider: 'serviceAccount',
    serviceAccountToken: TOKEN,
    skipMetricsLookup: true,
  }));
  const { server } = await startTestBackend({
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
    ],
  });
  return {
    get: (path: string, _body?: object) =>
      asGuest(request(server).get(`/api/flux${path}`)),
    post: (path: string, body: object = {}) =>
      asGuest(request(server).post(`/api/flux${path}`)).send(body),
  };
}

function asGuest(sent: request.Test) {
  return sent.set('authorization', mockCredentials.user.header());
}
