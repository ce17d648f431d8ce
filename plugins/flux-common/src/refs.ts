import { InputError } from '@backstage/errors';
import type { ResourceRef } from './api';

/**
 * Names an object inside one cluster.
 *
 * @public
 */
export type ObjectRef = Omit<ResourceRef, 'cluster'>;

/**
 * Key of an object inside one cluster: `group/kind/namespace/name`, parts may be empty.
 *
 * @public
 */
export function objectKey(ref: ObjectRef): string {
  return `${ref.group}/${ref.kind}/${ref.namespace}/${ref.name}`;
}

/**
 * Key of an object over all clusters: `cluster/group/kind/namespace/name`. Stable, and usable in URLs
 * once encoded.
 *
 * @public
 */
export function resourceId(ref: ResourceRef): string {
  return `${encodeURIComponent(ref.cluster)}/${objectKey(ref)}`;
}

/**
 * Reverses {@link resourceId}.
 *
 * @throws `InputError` when the text is not such an id.
 * @public
 */
export function parseResourceId(id: string): ResourceRef {
  const parts = id.split('/');
  const [cluster, group, kind, namespace, name] = parts;
  if (parts.length !== 5 || !cluster || !kind || !name) {
    throw new InputError(
      `'${id.slice(
        0,
        200,
      )}' is not a resource id; expected cluster/group/kind/namespace/name`,
    );
  }
  let decoded: string;
  try {
    decoded = decodeURIComponent(cluster);
  } catch {
    throw new InputError(
      `The cluster '${cluster.slice(
        0,
        200,
      )}' of a resource id is not URI-encoded text`,
    );
  }
  return { cluster: decoded, group, kind, namespace, name };
}

/**
 * Whether two references name the same object.
 *
 * @public
 */
export function sameResource(a: ResourceRef, b: ResourceRef): boolean {
  return resourceId(a) === resourceId(b);
}

/**
 * `Kind name`, as sentences name an object.
 *
 * @public
 */
export function describeRef(ref: { kind: string; name: string }): string {
  return `${ref.kind} ${ref.name}`;
}
