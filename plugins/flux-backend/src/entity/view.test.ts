import { ClusterView, ResourceView } from '@backstage-flux/plugin-flux-common';
import { startCluster, TestCluster } from '../__testUtils__/cluster';
import { paymentsEntity, startFluxBackend } from '../__testUtils__/fluxBackend';
import { payments } from '../__testUtils__/recordings';
import { until } from '../__testUtils__/until';
import { PAYMENTS, resource } from '../__testUtils__/views';

describe('the view of an entity', () => {
  let api: TestCluster;

  beforeEach(async () => {
    api = await startCluster();
  });

  afterEach(() => api.close());

  const start = (
    options: Partial<Parameters<typeof startFluxBackend>[0]> = {},
  ) => startFluxBackend({ clusters: { 'prod-eu': api.url }, ...options });

  it('shows the Services and Ingresses that Flux applied, and reads no others', async () => {
    const flux = {
      'kustomize.toolkit.fluxcd.io/name': 'payments',
      'kustomize.toolkit.fluxcd.io/namespace': 'payments',
    };
    const service = (namespace: string, name: string, labels = {}) => ({
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { namespace, name, labels },
      spec: { ports: [{ port: 80, targetPort: 8080 }] },
    });
    api.load([
      service('payments', 'payments', flux),
      service('payments', 'somebody-elses'),
      service('edge', 'payments', flux),
      service('other', 'payments'),
      {
        apiVersion: 'networking.k8s.io/v1',
        kind: 'Ingress',
        metadata: { namespace: 'payments', name: 'payments', labels: flux },
        spec: { rules: [{ host: 'payments.example.com' }] },
      },
      {
        apiVersion: 'projectcontour.io/v1',
        kind: 'HTTPProxy',
        metadata: { namespace: 'payments', name: 'payments', labels: flux },
        spec: { virtualhost: { fqdn: 'pay.example.com' } },
        status: {
          conditions: [
            {
              type: 'Valid',
              status: 'False',
              reason: 'ErrorPresent',
              message: 'At least one error present, see Errors for details',
            },
          ],
        },
      },
    ]);
    const backend = await start();
    const { body } = await backend.get(PAYMENTS).expect(200);
    const network = body.clusters[0].resources.filter((r: ResourceView) =>
      ['Service', 'Ingress', 'HTTPProxy'].includes(r.ref.kind),
    );
    expect(
      network.map(({ ref, status, parentId }: ResourceView) => [
        `${ref.kind} ${ref.namespace}/${ref.name}`,
        status.state,
        status.summary,
        parentId,
      ]),
    ).toEqual(
      [
        ['Service edge/payments', 'upToDate', '80 → 8080'],
        ['Service payments/payments', 'upToDate', '80 → 8080'],
        ['Ingress payments/payments', 'upToDate', 'payments.example.com'],
        [
          'HTTPProxy payments/payments',
          'failing',
          'At least one error present, see Errors for details',
        ],
      ].map(row => [...row, resource(body, 'Kustomization', 'payments').id]),
    );
    const selectors = api.requests
      .filter(r => r.includes('/services'))
      .map(r => new URLSearchParams(r.split('?')[1]).get('labelSelector'));
    expect(selectors.sort()).toEqual([
      'helm.toolkit.fluxcd.io/name,!kustomize.toolkit.fluxcd.io/name',
      'kustomize.toolkit.fluxcd.io/name',
    ]);
  });

  it('names an object that the annotation asks for and no cluster has', async () => {
    const annotations = {
      'fluxcd.io/resources':
        'kustomization:payments/payments, helmrelease:payments/redis',
    };
    const backend = await start({
      entities: [
        {
          ...paymentsEntity,
          metadata: { ...paymentsEntity.metadata, annotations },
        },
      ],
    });
    const { body } = await backend.get(PAYMENTS).expect(200);
    expect(body.notFound).toEqual([
      {
        ref: {
          group: 'helm.toolkit.fluxcd.io',
          kind: 'HelmRelease',
          namespace: 'payments',
          name: 'redis',
        },
        message:
          'The annotation fluxcd.io/resources names HelmRelease payments/redis, which does not exist in prod-eu.',
      },
    ]);
  });

  it('answers the same whatever the order in which a cluster tells of its objects', async () => {
    api.setServed('flagger.app', 'Canary', false);
    api.setServed('projectcontour.io', 'HTTPProxy', false);
    const once = await (await start()).get(PAYMENTS).expect(200);
    const { since, missing } = once.body.clusters[0].connection;
    expect(missing.map((m: { kind: string }) => m.kind)).toEqual([
      'Canary',
      'HTTPProxy',
    ]);

    for (const { apiVersion, kind, metadata } of payments()) {
      api.remove({ apiVersion, kind, ...metadata });
    }
    const other = await start();
    const before = await other.get(PAYMENTS).expect(200);
    expect(before.body.clusters).toEqual([]);
    for (const object of payments().reverse()) {
      api.load([object]);
    }
    await until(async () => {
      const turned = await other.get(PAYMENTS).expect(200);
      // When the cluster was first heard is the backend's own
      turned.body.clusters[0].connection.since = since;
      expect(turned.body).toEqual(once.body);
    });
  });

  it('says of a whole cluster how it is, and takes no application’s version for its own', async () => {
    const entity = (kind: string, type: string) => ({
      ...paymentsEntity,
      kind,
      spec: { ...paymentsEntity.spec, type },
    });
    const backend = await start({
      entities: [
        paymentsEntity,
        entity('Resource', 'kubernetes-cluster'),
        entity('Resource', 'database'),
      ].map((each, index) => ({
        ...each,
        metadata: { ...each.metadata, name: ['payments', 'prod', 'db'][index] },
      })),
    });
    const views = await Promise.all(
      ['component/payments', 'resource/prod', 'resource/db'].map(async path => {
        const { body } = await backend
          .get(`/entities/default/${path}`)
          .expect(200);
        return body.clusters[0] as ClusterView;
      }),
    );
    const [component, cluster, database] = views;
    expect(component.running).toBeDefined();
    expect(component.chain).not.toEqual([]);
    expect(database).toEqual(component);
    expect(cluster).toMatchObject({
      name: component.name,
      status: { state: component.status.state },
      chain: [],
    });
    expect(cluster.resources.map(({ id }) => id)).toEqual(
      component.resources.map(({ id }) => id),
    );
    for (const key of ['running', 'latest', 'pending', 'appliedAt']) {
      expect(cluster).not.toHaveProperty(key);
    }
  });
});
