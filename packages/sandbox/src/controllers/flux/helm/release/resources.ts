import { setTimeout as delay } from 'node:timers/promises';
import {
  KubernetesApiError,
  KubernetesClient,
  KubernetesObject,
} from '../../../client';
import { keyOf } from '../../../runtime';
import { waitUntilHealthy } from '../../kustomization/healthChecks';
import { objectsOf } from '../chart/manifests';
import type { Release } from './Release';

const FIELD_MANAGER = 'helm-controller';

/** What applying and waiting need. */
export interface Resources {
  /** Acts as the release's service account. */
  client: KubernetesClient;
  signal: AbortSignal;
  pollMs: number;
  timeoutMs: number;
  /** Labels and annotations that every object gets. */
  labels: Record<string, string>;
  annotations: Record<string, string>;
}

/** The objects of a manifest, with the namespace that they are applied to. */
export async function resourcesOf(
  manifest: string,
  namespace: string,
  client: KubernetesClient,
): Promise<KubernetesObject[]> {
  const objects: KubernetesObject[] = [];
  for (const object of objectsOf(manifest)) {
    const { apiVersion, kind, metadata } = object;
    const resource = await client.resource(object);
    if (!resource) {
      throw new Error(
        `resource mapping not found for name: "${metadata.name}" namespace: "${
          metadata.namespace ?? ''
        }" from "": no matches for kind "${kind}" in version "${apiVersion}"\nensure CRDs are installed first`,
      );
    }
    objects.push(
      resource.namespaced
        ? {
            ...object,
            metadata: {
              ...metadata,
              namespace: metadata.namespace ?? namespace,
            },
          }
        : object,
    );
  }
  return objects;
}

function marked(
  object: KubernetesObject,
  release: Release,
  { labels, annotations }: Resources,
): KubernetesObject {
  const { metadata } = object;
  return {
    ...object,
    metadata: {
      ...metadata,
      labels: {
        ...metadata.labels,
        ...labels,
        'app.kubernetes.io/managed-by': 'Helm',
      },
      annotations: {
        ...metadata.annotations,
        ...annotations,
        'meta.helm.sh/release-name': release.name,
        'meta.helm.sh/release-namespace': release.namespace,
      },
    },
  };
}

/** Applies objects in their order; the first that is refused ends it. */
export async function applyResources(
  objects: KubernetesObject[],
  release: Release,
  resources: Resources,
): Promise<void> {
  for (const object of objects) {
    try {
      await resources.client.apply(marked(object, release, resources), {
        fieldManager: FIELD_MANAGER,
        force: true,
      });
    } catch (error) {
      const { namespace, name } = object.metadata;
      const id = namespace ? `${namespace}/${name}` : name;
      throw new Error(
        `server-side apply failed for object ${id} ${object.apiVersion}, Kind=${
          object.kind
        }: ${(error as Error).message}`,
      );
    }
  }
}

const idOf = ({ apiVersion, kind, metadata }: KubernetesObject) =>
  [
    apiVersion.split('/').slice(0, -1).join('/'),
    kind,
    metadata.namespace,
    metadata.name,
  ].join(' ');

/** Objects that are among the first, and not among the second. */
export function without(
  objects: KubernetesObject[],
  others: KubernetesObject[],
): KubernetesObject[] {
  const ids = new Set(others.map(idOf));
  return objects.filter(object => !ids.has(idOf(object)));
}

/** Deletes objects, unless they are to be kept; those that are being deleted now. */
export async function deleteResources(
  objects: KubernetesObject[],
  { client }: Resources,
  propagationPolicy: 'Background' | 'Foreground' | 'Orphan' = 'Background',
): Promise<KubernetesObject[]> {
  const deleted: KubernetesObject[] = [];
  for (const object of [...objects].reverse()) {
    if (object.metadata.annotations?.['helm.sh/resource-policy'] === 'keep') {
      continue;
    }
    try {
      await client.delete(keyOf(object), { propagationPolicy });
      deleted.push(object);
    } catch (error) {
      if (!(error instanceof KubernetesApiError && error.status === 404)) {
        throw error;
      }
    }
  }
  return deleted;
}

/** Waits until the objects are ready, jobs until they have ended. */
export async function waitForResources(
  objects: KubernetesObject[],
  { client, signal, pollMs, timeoutMs }: Resources,
  options: { forJobs: boolean },
): Promise<void> {
  const waited = objects.filter(
    ({ kind, spec }) => !(kind === 'Deployment' && spec?.paused),
  );
  if (waited.length === 0) {
    return;
  }
  const started = Date.now();
  await waitUntilHealthy(waited.map(keyOf), {
    client,
    signal,
    pollMs,
    timeoutMs,
  });
  const jobs = waited.filter(({ kind }) => options.forJobs && kind === 'Job');
  for (const job of jobs) {
    await waitForEnd(job, {
      client,
      signal,
      pollMs,
      timeoutMs: timeoutMs - (Date.now() - started),
    });
  }
}

/** Waits until a job or a pod has ended well. */
export async function waitForEnd(
  object: KubernetesObject,
  options: Pick<Resources, 'client' | 'signal' | 'pollMs' | 'timeoutMs'>,
): Promise<void> {
  const { client, signal, pollMs, timeoutMs } = options;
  const { kind, metadata } = object;
  const id = [kind, metadata.namespace, metadata.name].join('/');
  const deadline = Date.now() + timeoutMs;
  for (;;) {
    const { status } = (await client.get(keyOf(object))) ?? {};
    const is = (type: string) =>
      status?.conditions?.some(
        (c: any) => c.type === type && c.status === 'True',
      );
    if (is('Failed') || status?.phase === 'Failed') {
      throw new Error(
        `failed early due to stalled resources: [${id} status: 'Failed']`,
      );
    }
    if (is('Complete') || status?.phase === 'Succeeded') {
      return;
    }
    if (Date.now() > deadline) {
      throw new Error(`timeout waiting for: [${id} status: 'InProgress']`);
    }
    await delay(pollMs, undefined, { signal });
  }
}

/** Waits until the objects are gone. */
export async function waitForDeletion(
  objects: KubernetesObject[],
  { client, signal, pollMs, timeoutMs }: Resources,
): Promise<void> {
  const deadline = Date.now() + timeoutMs;
  for (const object of objects) {
    while (await client.get(keyOf(object))) {
      if (Date.now() > deadline) {
        const { kind, metadata } = object;
        const id = [kind, metadata.namespace, metadata.name]
          .filter(Boolean)
          .join('/');
        throw new Error(`timeout waiting for: [${id} status: 'Terminating']`);
      }
      await delay(pollMs, undefined, { signal });
    }
  }
}
