import type { ObjectRef } from './refs';
import { list, rec, str } from './raw';

/**
 * Reads one inventory id, `<namespace>_<name>_<group>_<kind>`: the namespace ends at the first `_`,
 * group and kind follow the last two. `__` in the name stands for `:`, which RBAC names may have. An empty
 * namespace means cluster-scoped. The rule is that of cli-utils' object metadata, which Flux uses.
 *
 * Answers undefined when the text is no such id.
 *
 * @public
 */
export function parseInventoryId(id: string): ObjectRef | undefined {
  const first = id.indexOf('_');
  const last = id.lastIndexOf('_');
  const middle = last > 0 ? id.lastIndexOf('_', last - 1) : -1;
  if (first < 0 || middle <= first) return undefined;
  const kind = id.slice(last + 1);
  const name = id.slice(first + 1, middle).replace(/__/g, ':');
  if (!kind || !name) return undefined;
  return {
    group: id.slice(middle + 1, last),
    kind,
    namespace: id.slice(0, first),
    name,
  };
}

/** Ids of `status.inventory`: `{entries: [{id}]}` of Kustomization and HelmRelease. @public */
export function inventoryIds(inventory: unknown): string[] {
  return list(rec(inventory).entries, 5000).flatMap(
    e => str(rec(e).id, 1024) ?? [],
  );
}

/**
 * Reads `status.inventory` of a Kustomization or HelmRelease (`{entries: [{id, v}]}`), or the bare
 * array of an ArtifactGenerator (`[{name, namespace, ...}]`), which lists ExternalArtifacts. Entries
 * that cannot be read are left out.
 *
 * @public
 */
export function inventoryRefs(inventory: unknown): ObjectRef[] {
  if (!Array.isArray(inventory)) {
    return inventoryIds(inventory).flatMap(id => parseInventoryId(id) ?? []);
  }
  return list(inventory, 5000).flatMap(e => {
    const name = str(rec(e).name);
    const namespace = str(rec(e).namespace);
    return name && namespace
      ? [
          {
            group: 'source.toolkit.fluxcd.io',
            kind: 'ExternalArtifact',
            namespace,
            name,
          },
        ]
      : [];
  });
}
