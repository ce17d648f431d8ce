import { isDeepStrictEqual } from 'node:util';
import type { KubernetesClient, KubernetesObject, ObjectKey } from '../client';
import type { ObjectType } from '../runtime';

export const POD: ObjectType = { apiVersion: 'v1', kind: 'Pod' };
export const REPLICA_SET: ObjectType = {
  apiVersion: 'apps/v1',
  kind: 'ReplicaSet',
};
export const DEPLOYMENT: ObjectType = {
  apiVersion: 'apps/v1',
  kind: 'Deployment',
};

export const MANAGER = 'kube-controller-manager';

export const timestamp = (date = new Date()) =>
  `${date.toISOString().slice(0, 19)}Z`;

export function controllerOf(object: KubernetesObject) {
  return object.metadata.ownerReferences?.find(owner => owner.controller);
}

export function ownerReference(owner: KubernetesObject) {
  return {
    apiVersion: owner.apiVersion,
    kind: owner.kind,
    name: owner.metadata.name,
    uid: owner.metadata.uid!,
    controller: true,
    blockOwnerDeletion: true,
  };
}

/** Maps an object to its controller, when that is of the given kind. */
export const toController =
  (type: ObjectType) =>
  (object: KubernetesObject): ObjectKey[] => {
    const owner = controllerOf(object);
    return owner?.kind === type.kind && owner.apiVersion === type.apiVersion
      ? [{ ...type, namespace: object.metadata.namespace, name: owner.name }]
      : [];
  };

/** The selector of a workload as a query; `matchExpressions` included. */
export function selectorOf(object: KubernetesObject): string {
  const { matchLabels, matchExpressions } = object.spec?.selector ?? {};
  const terms = Object.entries(matchLabels ?? {}).map(
    ([key, value]) => `${key}=${value}`,
  );
  for (const { key, operator, values } of matchExpressions ?? []) {
    const list = `(${(values ?? []).join(',')})`;
    terms.push(
      {
        In: `${key} in ${list}`,
        NotIn: `${key} notin ${list}`,
        Exists: key,
        DoesNotExist: `!${key}`,
      }[operator as string] ?? key,
    );
  }
  return terms.join(',');
}

/** What the owner controls, oldest first. */
export async function listOwned(
  client: KubernetesClient,
  type: ObjectType,
  owner: KubernetesObject,
): Promise<KubernetesObject[]> {
  const objects = await client.list(type, {
    namespace: owner.metadata.namespace,
    labelSelector: selectorOf(owner),
  });
  return objects
    .filter(
      object =>
        controllerOf(object)?.uid === owner.metadata.uid &&
        !object.metadata.deletionTimestamp,
    )
    .sort((a, b) =>
      (a.metadata.creationTimestamp ?? '') <
      (b.metadata.creationTimestamp ?? '')
        ? -1
        : 1,
    );
}

/** Writes a status as a whole, and only when it differs. */
export async function writeStatus(
  client: KubernetesClient,
  object: KubernetesObject,
  status: Record<string, unknown>,
  fieldManager = MANAGER,
): Promise<void> {
  const before: Record<string, unknown> = object.status ?? {};
  const wanted = JSON.parse(JSON.stringify(status));
  if (isDeepStrictEqual(before, wanted)) {
    return;
  }
  // A merge patch leaves what it does not name, so what is gone is named as null.
  const patch: Record<string, unknown> = { ...wanted };
  for (const name of Object.keys(before)) {
    if (!(name in patch)) {
      patch[name] = null;
    }
  }
  const { apiVersion, kind, metadata } = object;
  await client.patch(
    {
      apiVersion,
      kind,
      namespace: metadata.namespace,
      name: metadata.name,
    },
    { status: patch },
    { subresource: 'status', fieldManager },
  );
}

/** A change of what an object asks for, not of what it reports. */
export function specChanged(
  object: KubernetesObject,
  previous: KubernetesObject,
): boolean {
  const { metadata: a } = object;
  const { metadata: b } = previous;
  return (
    a.uid !== b.uid ||
    a.generation !== b.generation ||
    a.deletionTimestamp !== b.deletionTimestamp ||
    !isDeepStrictEqual(a.annotations, b.annotations)
  );
}
