import type { KubernetesObject } from '../controllers/client';
import { badRequest } from './errors';
import { apiVersionOf, type ResourceType } from './kinds';

/** Which object a request is about. */
export interface Target {
  type: ResourceType;
  namespace?: string;
  name: string;
  subresource?: string;
}

/**
 * Holds the object of a request against its path: what the object leaves out is taken from the path,
 * what it says otherwise is refused.
 */
export function checkIdentity(target: Target, object: KubernetesObject): void {
  const { type, namespace, name } = target;
  const apiVersion = apiVersionOf(type);
  object.apiVersion ??= apiVersion;
  object.kind ??= type.kind;
  object.metadata ??= {} as KubernetesObject['metadata'];
  if (object.apiVersion !== apiVersion || object.kind !== type.kind) {
    const scaleOf = target.subresource === 'scale' && object.kind === 'Scale';
    if (!scaleOf) {
      throw badRequest(
        `${object.kind} in version "${object.apiVersion}" cannot be handled as a ${type.kind}: no kind "${object.kind}" is registered for version "${object.apiVersion}" in this resource`,
      );
    }
  }
  const given = object.metadata.namespace;
  if (namespace && given && given !== namespace) {
    throw badRequest(
      `the namespace of the provided object does not match the namespace sent on the request`,
    );
  }
  if (name && object.metadata.name && object.metadata.name !== name) {
    throw badRequest(
      `the name of the object (${object.metadata.name}) does not match the name on the URL (${name})`,
    );
  }
  if (!type.namespaced) {
    delete object.metadata.namespace;
  } else if (namespace) {
    object.metadata.namespace = namespace;
  }
}
