import { randomUUID } from 'node:crypto';
import type { KubernetesObject } from '../controllers/client';
import { RESOURCE_TYPES, splitApiVersion, type ResourceType } from './kinds';
import { now } from './now';
import type { ObjectStore } from './ObjectStore';

/** The type of an object. @throws Error when the sandbox knows no such kind. */
export function typeOf(object: {
  apiVersion: string;
  kind: string;
}): ResourceType {
  const [group, version] = splitApiVersion(object.apiVersion);
  const found = RESOURCE_TYPES.find(
    type =>
      type.group === group &&
      type.version === version &&
      type.kind === object.kind,
  );
  if (!found) {
    throw new Error(
      `The sandbox knows no kind ${object.kind} in ${object.apiVersion}; see kubernetes/kinds.ts for those it does`,
    );
  }
  return found;
}

/** Puts whole objects into the store as they are, status included, unchecked and without a manager. */
export function loadObjects(
  store: ObjectStore,
  objects: readonly KubernetesObject[],
): void {
  for (const object of objects) {
    const { namespace, name } = object.metadata;
    const type = typeOf(object);
    const before = store.get(type, namespace, name)?.metadata;
    store.put(type, {
      ...object,
      metadata: {
        uid: before?.uid ?? randomUUID(),
        creationTimestamp: before?.creationTimestamp ?? now(),
        ...object.metadata,
      },
    });
  }
}
