import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { KubernetesObject } from '../../../client';
import { createRepository, startWorld } from '../../__testUtils__/world';
import { GIT_REPOSITORY } from '../../source/gitRepository';
import { HELM_CHART } from '../../source/helmChart';
import { HELM_RELEASE } from '../helmRelease';
import { rollout } from './rollout';

export const NAMESPACE = 'flux-system';

export const key = (
  type: { apiVersion: string; kind: string },
  name: string,
  namespace = NAMESPACE,
) => ({ ...type, namespace, name });

export const DEPLOYMENT = { apiVersion: 'apps/v1', kind: 'Deployment' };

/** A cluster with a Git repository `fleet`, and every version of the Helm objects in it. */
export async function startHelmWorld(files: Record<string, string>) {
  const directory = await mkdtemp(join(tmpdir(), 'helm-'));
  const [world, repository] = await Promise.all([
    startWorld([rollout]),
    createRepository(directory, 'fleet'),
  ]);
  await repository.commit(files, 'first');
  const stopping = new AbortController();
  const seen: KubernetesObject[] = [];
  const watches = [HELM_CHART, HELM_RELEASE].map(type =>
    world.client.watch(type, event => seen.push({ ...event.object, ...type }), {
      signal: stopping.signal,
    }),
  );
  await world.apply(
    ...[NAMESPACE, 'shop'].map(name => ({
      apiVersion: 'v1',
      kind: 'Namespace',
      metadata: { name },
    })),
    {
      ...GIT_REPOSITORY,
      metadata: { name: 'fleet', namespace: NAMESPACE },
      spec: { interval: '10m', ref: { branch: 'main' }, url: repository.url },
    },
  );
  const fleet = key(GIT_REPOSITORY, 'fleet');
  await world.until(fleet, ({ status }) => status?.artifact !== undefined);
  return {
    ...world,
    helmObjects: seen,
    /** Commits, and has the source fetch it. */
    commit: async (changes: Record<string, string | undefined>) => {
      const commit = await repository.commit(changes);
      await world.reconcile(fleet);
      await world.until(fleet, ({ status }) =>
        status.artifact.revision.endsWith(commit),
      );
      return commit;
    },
    /** A HelmRelease of a chart in the repository. */
    release: (name: string, spec: object = {}): Promise<unknown> =>
      world.apply({
        ...HELM_RELEASE,
        metadata: { name, namespace: NAMESPACE },
        spec: {
          interval: '10m',
          chart: {
            spec: {
              chart: './charts/hello',
              reconcileStrategy: 'Revision',
              version: '*',
              sourceRef: { kind: 'GitRepository', name: 'fleet' },
            },
          },
          targetNamespace: 'shop',
          ...spec,
        },
      }),
    ready: (name: string, reason: string) =>
      world.until(key(HELM_RELEASE, name), ({ metadata, status }) =>
        status?.conditions?.some(
          (c: any) =>
            c.type === 'Ready' &&
            c.reason === reason &&
            status.lastAttemptedGeneration === metadata.generation,
        ),
      ),
    close: async () => {
      stopping.abort();
      await Promise.all(watches);
      await world.close();
      await rm(directory, { recursive: true, force: true });
    },
  };
}
