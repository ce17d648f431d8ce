import { startCluster, TestCluster } from '../__testUtils__/cluster';
import { startFluxBackend } from '../__testUtils__/fluxBackend';
import { payments } from '../__testUtils__/recordings';
import { until } from '../__testUtils__/until';
import { connectionOf } from '../__testUtils__/views';

/** As `flux bootstrap` commits it, and Flux's own Kustomization then labels it. */
function sourceController(labels: Record<string, string>) {
  const selector = { app: 'source-controller' };
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: {
      name: 'source-controller',
      namespace: 'flux-system',
      labels: {
        'app.kubernetes.io/component': 'source-controller',
        'app.kubernetes.io/instance': 'flux-system',
        'app.kubernetes.io/part-of': 'flux',
        'app.kubernetes.io/version': 'v2.9.5',
        'control-plane': 'controller',
        ...labels,
      },
    },
    spec: {
      selector: { matchLabels: selector },
      template: {
        metadata: { labels: selector },
        spec: {
          containers: [
            {
              name: 'manager',
              image: 'ghcr.io/fluxcd/source-controller:v1.9.4',
            },
          ],
        },
      },
    },
  };
}

const APPLIED_BY_ITSELF = {
  'kustomize.toolkit.fluxcd.io/name': 'flux-system',
  'kustomize.toolkit.fluxcd.io/namespace': 'flux-system',
};

describe('GET /clusters', () => {
  let api: TestCluster;

  afterEach(() => api.close());

  async function infoOf(...objects: object[]) {
    api = await startCluster([...payments(), ...(objects as any[])]);
    const backend = await startFluxBackend({
      clusters: { 'prod-eu': api.url },
    });
    return until(async () => {
      const { body } = await backend.get('/clusters').expect(200);
      expect(connectionOf(body, 'prod-eu')?.state).toBe('live');
      return body.items[0];
    });
  }

  it('tells the version of a Flux that manages itself', async () => {
    const info = await infoOf(sourceController(APPLIED_BY_ITSELF));
    expect(info).toMatchObject({ name: 'prod-eu', fluxVersion: 'v2.9.5' });
  });

  it('tells none where nothing of Flux is applied by Flux', async () => {
    const info = await infoOf(sourceController({}));
    expect(info).toMatchObject({ name: 'prod-eu' });
    expect(info).not.toHaveProperty('fluxVersion');
  });
});
