import {
  FluxEntityView,
  ResourceView,
} from '@backstage-flux/plugin-flux-common';
import { ApiServer, startApiServer } from '../__testUtils__/apiServer';
import {
  paymentsEntity,
  startFluxBackend,
  TOKEN,
} from '../__testUtils__/fluxBackend';
import { payments } from '../__testUtils__/recordings';

const PAYMENTS = '/entities/default/component/payments';

function resource(view: FluxEntityView, kind: string, name: string) {
  return view.clusters
    .flatMap(cluster => cluster.resources)
    .find(r => r.ref.kind === kind && r.ref.name === name) as ResourceView;
}

describe('the view of an entity', () => {
  let api: ApiServer;

  beforeEach(async () => {
    api = await startApiServer(payments(), { token: TOKEN, maxPage: 2 });
  });

  afterEach(() => api.close());

  const start = (
    options: Partial<Parameters<typeof startFluxBackend>[0]> = {},
  ) => startFluxBackend({ clusters: { 'prod-eu': api.url }, ...options });

  it('shows the Services and Ingresses that Flux applied, and reads no other namespace for them', async () => {
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
    // What lies in a namespace without workloads is only known from the inventory
    api.find('Kustomization', 'payments').status.inventory.entries.push({
      id: 'edge_payments__Service',
      v: 'v1',
    });
    api.objects.push(
      service('payments', 'payments', flux),
      service('payments', 'somebody-elses'),
      service('edge', 'payments', flux),
      service('other', 'payments', flux),
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
    );
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
    expect(api.requests.filter(r => r.includes('/services')).sort()).toEqual([
      'GET /api/v1/namespaces/edge/services?limit=500',
      'GET /api/v1/namespaces/payments/services?limit=500',
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

  it('answers the same whatever the order in which a cluster lists its objects', async () => {
    const once = await (await start()).get(PAYMENTS).expect(200);
    api.objects.reverse();
    const turned = await (await start()).get(PAYMENTS).expect(200);
    // When the cluster was first heard is the backend's own
    const { since } = once.body.clusters[0].connection;
    turned.body.clusters[0].connection.since = since;
    expect(turned.body).toEqual(once.body);
    const { missing } = once.body.clusters[0].connection;
    const kinds = missing.map((m: { kind: string }) => m.kind);
    expect(kinds.length).toBeGreaterThan(1);
    expect(kinds).toEqual([...kinds].sort());
  });
});
