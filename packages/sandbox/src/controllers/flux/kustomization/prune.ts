import {
  KubernetesApiError,
  KubernetesClient,
  KubernetesObject,
  ObjectKey,
} from '../../client';
import type { FluxObject } from '../lib/FluxObject';
import { sortForApply } from './apply';

export const NAME_LABEL = 'kustomize.toolkit.fluxcd.io/name';
export const NAMESPACE_LABEL = 'kustomize.toolkit.fluxcd.io/namespace';
const PRUNE = 'kustomize.toolkit.fluxcd.io/prune';
const RECONCILE = 'kustomize.toolkit.fluxcd.io/reconcile';

function isOwned(object: KubernetesObject, owner: FluxObject): boolean {
  const { labels = {}, annotations = {} } = object.metadata;
  const off = (values: Record<string, string>) =>
    values[PRUNE]?.toLowerCase() === 'disabled' ||
    values[RECONCILE]?.toLowerCase() === 'disabled';
  return (
    labels[NAME_LABEL] === owner.name &&
    labels[NAMESPACE_LABEL] === owner.namespace &&
    !off(labels) &&
    !off(annotations)
  );
}

/** Deletes what the Kustomization owns among the keys; what was deleted, last applied first. */
export async function deleteOwned(
  keys: ObjectKey[],
  owner: FluxObject,
  client: KubernetesClient,
): Promise<KubernetesObject[]> {
  const found: KubernetesObject[] = [];
  for (const key of keys) {
    const object = await client.get(key);
    if (object && isOwned(object, owner)) {
      found.push({ ...object, apiVersion: key.apiVersion, kind: key.kind });
    }
  }
  const deleted: KubernetesObject[] = [];
  for (const object of sortForApply(found).reverse()) {
    const { namespace, name } = object.metadata;
    try {
      await client.delete(
        { apiVersion: object.apiVersion, kind: object.kind, namespace, name },
        { propagationPolicy: 'Background' },
      );
      deleted.push(object);
    } catch (error) {
      if (!(error instanceof KubernetesApiError && error.status === 404)) {
        throw error;
      }
    }
  }
  return deleted;
}
