import { isDeepStrictEqual } from 'node:util';
import type { KubernetesObject } from '../controllers/client';
import type { ResourceType } from './kinds';

/** Whether objects of the type count the changes of what they ask for. */
export function hasGeneration(type: ResourceType): boolean {
  return type.custom || type.subresources.includes('status')
    ? type.kind !== 'Namespace' &&
        type.kind !== 'Node' &&
        type.kind !== 'Service'
    : ['NetworkPolicy'].includes(type.kind);
}

/** What bumps the generation: everything that is neither metadata nor status. */
export function specOf(object: KubernetesObject): object {
  const {
    metadata: _m,
    status: _s,
    apiVersion: _a,
    kind: _k,
    ...rest
  } = object;
  return rest;
}

/** A write that changes nothing is not stored, and so wakes no watch. */
export function isUnchanged(before: KubernetesObject, after: KubernetesObject) {
  const bare = (object: KubernetesObject) => {
    const { managedFields, ...metadata } = object.metadata;
    // Times alone do not count, or every apply would be a change.
    const owners = ((managedFields ?? []) as any[]).map(
      ({ time: _, ...entry }) => entry,
    );
    return JSON.parse(JSON.stringify({ ...object, metadata, owners }));
  };
  return isDeepStrictEqual(bare(before), bare(after));
}
