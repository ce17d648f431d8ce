import type { KubernetesObject, ObjectKey } from '../../client';
import { groupOf } from '../kustomize/resource';

/** `status.inventory` of a Kustomization. */
export interface Inventory {
  entries: { id: string; v: string }[];
}

function idOf({ apiVersion, kind, metadata }: KubernetesObject): string {
  const name = metadata.name.replace(/:/g, '__');
  return `${metadata.namespace ?? ''}_${name}_${groupOf(apiVersion)}_${kind}`;
}

/** The inventory of the objects, in the order of their ids. */
export function inventoryOf(objects: KubernetesObject[]): Inventory {
  return {
    entries: objects
      .map(object => ({
        id: idOf(object),
        v: object.apiVersion.split('/').pop() ?? '',
      }))
      .sort((a, b) => (a.id < b.id ? -1 : 1)),
  };
}

/** The object that an entry names. */
export function keyOfEntry({ id, v }: Inventory['entries'][number]): ObjectKey {
  const first = id.indexOf('_');
  const last = id.lastIndexOf('_');
  const beforeLast = id.lastIndexOf('_', last - 1);
  const namespace = id.slice(0, first);
  const group = id.slice(beforeLast + 1, last);
  return {
    apiVersion: group ? `${group}/${v}` : v,
    kind: id.slice(last + 1),
    ...(namespace ? { namespace } : {}),
    name: id.slice(first + 1, beforeLast).replace(/__/g, ':'),
  };
}

/** What the old inventory has and the new one has not. */
export function removedKeys(
  before: Inventory | undefined,
  after: Inventory,
): ObjectKey[] {
  const kept = new Set(after.entries.map(entry => entry.id));
  return (before?.entries ?? [])
    .filter(entry => !kept.has(entry.id))
    .map(keyOfEntry);
}
