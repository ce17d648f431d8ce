import { createServiceFactory } from '@backstage/backend-plugin-api';
import { ClusterConnection } from '@backstage-flux/plugin-flux-common';
import { clusterAccessServiceRef } from '@backstage-flux/plugin-flux-node';
import { KubernetesApiOptions } from '@backstage-flux/sandbox/kubernetes';
import { startCluster, TestCluster } from './cluster';
import { startFluxBackend } from './fluxBackend';
import { plainAccess } from './plainAccess';
import { truthOf } from './truth';
import { until } from './until';
import { connectionOf, PAYMENTS } from './views';

/** Durations that let faults come and go within a test. */
export const QUICK = {
  clusters: {
    timeout: '500ms',
    silence: '1s',
    checkInterval: '300ms',
    retryAfter: '100ms',
    refresh: '200ms',
  },
};

/** Tries again come at least half of `retryAfter` after one another. */
const LEAST_PAUSE_MS = 50;

export type World = Awaited<ReturnType<typeof startWorld>>;

/** The Flux backend over several clusters, each with all of `payments`. */
export async function startWorld(
  names: string[],
  options: {
    flux?: object;
    cluster?: Partial<KubernetesApiOptions>;
    /** Reaches the clusters without the proxy, which doesn't tell what breaks behind it. */
    plain?: boolean;
    /** Done to the clusters before the backend starts. */
    prepare?: (clusters: Record<string, TestCluster>) => void;
  } = {},
) {
  const apis: Record<string, TestCluster> = Object.fromEntries(
    await Promise.all(
      names.map(async name => [
        name,
        await startCluster(undefined, {
          bookmarkIntervalMs: 200,
          ...options.cluster,
        }),
      ]),
    ),
  );
  options.prepare?.(apis);
  const backend = await startFluxBackend({
    clusters: Object.fromEntries(names.map(name => [name, apis[name].url])),
    flux: options.flux ?? QUICK,
    services: options.plain
      ? [
          createServiceFactory({
            service: clusterAccessServiceRef,
            deps: {},
            factory: () => plainAccess(apis),
          }),
        ]
      : [],
  });
  const view = async () => (await backend.get(PAYMENTS).expect(200)).body;

  return {
    apis,
    backend,
    view,

    /** Waits until the view and the list of clusters both say so of a cluster. */
    untilTold: (
      cluster: string,
      connection: Partial<ClusterConnection>,
      { inView = true }: { inView?: boolean } = {},
    ) =>
      until(async () => {
        const { body } = await backend.get('/clusters').expect(200);
        expect(connectionOf(body, cluster)).toMatchObject(connection);
        const viewed = connectionOf(await view(), cluster);
        if (inView) {
          expect(viewed).toMatchObject(connection);
        } else {
          expect(viewed).toBeUndefined();
        }
      }),

    /** Waits until the view shows what is in the clusters, and that they are live. */
    untilTrue: (...clusters: string[]) =>
      until(async () => {
        const shown = (await view()).clusters;
        for (const cluster of clusters) {
          const found = shown.find((c: any) => c.name === cluster);
          expect(found.connection).toEqual({
            state: 'live',
            since: expect.any(String),
          });
          expect(found.resources).toEqual(truthOf(apis[cluster], cluster));
        }
      }),

    /** Suspends what isn't, resumes what is: everybody can see that. */
    touch(cluster: string) {
      apis[cluster].change('Kustomization', 'payments', ({ spec }) => {
        spec.suspend = !spec.suspend;
      });
    },

    async close() {
      await backend.stop();
      await Promise.all(Object.values(apis).map(api => api.close()));
    },
  };
}

/**
 * Counts what reaches a cluster from now on. The returned function tells what has been asked more often
 * than pauses allow.
 */
export function countRequests(
  api: TestCluster,
): () => [request: string, count: number][] {
  const before = api.requests.length;
  const started = performance.now();
  return () => {
    const elapsed = performance.now() - started;
    const counts = new Map<string, number>();
    for (const request of api.requests.slice(before)) {
      const [path, query] = request.split('?');
      const selector = new URLSearchParams(query).get('labelSelector') ?? '';
      const key = `${path} ${selector}`;
      counts.set(key, (counts.get(key) ?? 0) + 1);
    }
    const most = 4 + elapsed / LEAST_PAUSE_MS;
    return [...counts].filter(([, count]) => count > most);
  };
}
