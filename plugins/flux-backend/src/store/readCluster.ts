import { project, Projection } from '@backstage-flux/plugin-flux-common';
import pLimit from 'p-limit';
import { ClusterApiError } from '../clusters/ClusterApiError';
import { ClusterClient } from '../clusters/ClusterClient';
import { ServedKind } from '../clusters/discovery';
import { listObjects } from '../clusters/listObjects';
import { NamespaceObjects } from './ResourceStore';
import { PlannedRead } from './readPlan';

type Unreadable = Omit<NamespaceObjects['missing'][number], 'kind'>;

// An API server gives every user a handful of seats; a view needs no more than half of them
const CONCURRENCY = 6;

/**
 * Reads what a plan names. Kinds that the cluster doesn't serve or doesn't show to Backstage are
 * told; whatever else goes wrong rejects.
 */
export async function readCluster(
  client: ClusterClient,
  plan: PlannedRead[],
  options: { namespace?: string; signal: AbortSignal },
): Promise<NamespaceObjects> {
  const served = await Promise.all(plan.map(({ kind }) => client.served(kind)));
  const reads = await allOrStop(
    options.signal,
    plan.map(({ labelSelector }, index) => signal => {
      const kind = served[index];
      return kind
        ? read(client, kind, { ...options, labelSelector, signal })
        : ({ reason: 'notInstalled' } as const);
    }),
  );
  const objects = new Map<string, Projection>();
  const missing = new Map<string, Unreadable>();
  plan.forEach(({ kind }, index) => {
    const result = reads[index];
    if (!Array.isArray(result)) {
      missing.set(kind.kind, result);
      return;
    }
    for (const object of result) {
      objects.set(object.id, object);
    }
  });
  return {
    objects: [...objects.values()],
    missing: [...missing].map(([kind, why]) => ({ kind, ...why })),
  };
}

/** Does tasks side by side; when one fails, the others are for nothing and stop. */
async function allOrStop<T>(
  signal: AbortSignal,
  tasks: ((signal: AbortSignal) => Promise<T> | T)[],
): Promise<T[]> {
  const limit = pLimit(CONCURRENCY);
  const stop = new AbortController();
  const either = AbortSignal.any([signal, stop.signal]);
  try {
    return await Promise.all(
      tasks.map(task => limit(async () => task(either))),
    );
  } catch (error) {
    limit.clearQueue();
    stop.abort();
    throw error;
  }
}

async function read(
  client: ClusterClient,
  served: ServedKind,
  options: { namespace?: string; labelSelector?: string; signal: AbortSignal },
): Promise<Projection[] | Unreadable> {
  const { group, version } = served;
  const type = {
    apiVersion: group ? `${group}/${version}` : version,
    kind: served.kind,
  };
  try {
    const objects = await listObjects(client, served, options);
    return objects.map(raw => project(client.cluster, raw, type));
  } catch (error) {
    if (error instanceof ClusterApiError && error.status === 403) {
      return { reason: 'forbidden', message: error.message };
    }
    // Discovery is a minute old at most: the kind may have gone since
    if (error instanceof ClusterApiError && error.status === 404) {
      return { reason: 'notInstalled' };
    }
    throw error;
  }
}
