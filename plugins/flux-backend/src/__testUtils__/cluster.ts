import { mockServices } from '@backstage/backend-test-utils';
import {
  KubernetesApi,
  KubernetesApiOptions,
  KubernetesObject,
  startKubernetesApi,
} from '@backstage-flux/sandbox/kubernetes';
import { TOKEN } from './fluxBackend';
import { payments } from './recordings';

/** An API server of the sandbox, with what tests ask of it. */
export interface TestCluster extends KubernetesApi {
  /** `METHOD path?query`, in the order of arrival. */
  requests: string[];
  find(kind: string, name: string): KubernetesObject;
  /** Changes an object where it is stored. */
  change(kind: string, name: string, change: (object: any) => void): void;
}

/** How API servers were before they could stream lists and tell of all kinds at once. */
export const OLD_SERVER = {
  featureGates: { WatchList: false, AggregatedDiscoveryEndpoint: false },
};

export async function startCluster(
  objects: KubernetesObject[] = payments(),
  options: Partial<KubernetesApiOptions> = {},
): Promise<TestCluster> {
  const requests: string[] = [];
  const api = await startKubernetesApi({
    name: 'test',
    port: 0,
    tokens: [{ token: TOKEN, user: 'backstage', groups: ['system:masters'] }],
    logger: mockServices.logger.mock(),
    ...options,
    onRequest: request => {
      requests.push(`${request.method} ${request.url}`);
      options.onRequest?.(request);
    },
  });
  api.load(objects);
  const find = (kind: string, name: string) =>
    Object.values(api.snapshot().objects)
      .flat()
      .find(o => o.kind === kind && o.metadata.name === name)!;
  return Object.assign(api, {
    requests,
    find,
    change(kind: string, name: string, change: (object: any) => void) {
      const object = structuredClone(find(kind, name));
      change(object);
      api.load([object]);
    },
  });
}
