import { defaultObjects } from './defaultObjects';
import { RESOURCE_TYPES, splitApiVersion } from './kinds';
import type { ObjectApi } from './ObjectApi';

/** Fills a new cluster. */
export function createDefaults(objects: ObjectApi) {
  for (const object of defaultObjects()) {
    const [group, version] = splitApiVersion(object.apiVersion);
    const type = RESOURCE_TYPES.find(
      candidate =>
        candidate.group === group &&
        candidate.version === version &&
        candidate.kind === object.kind,
    )!;
    const { namespace, name } = object.metadata;
    const { status } = object;
    const manager = 'kube-apiserver';
    objects.create(type, namespace, object, { manager });
    if (status) {
      objects.patch(
        { type, namespace, name, subresource: 'status' },
        created => ({ ...created, status }),
        { manager },
      );
    }
  }
}
