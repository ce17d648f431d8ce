import { parseInventoryId } from './inventory';
import type { Projection } from './projection/types';
import { objectKey, type ObjectRef } from './refs';

/**
 * Projections of one cluster, findable by what rules ask for.
 *
 * @public
 */
export interface ProjectionIndex {
  all(): Projection[];
  find(ref: ObjectRef): Projection | undefined;
  /** Objects that a Kustomization or HelmRelease applied, by its inventory and by their labels. */
  appliedBy(applier: Projection): Projection[];
  /** Objects whose controller or owner this one is, e.g. the ReplicaSets of a Deployment. */
  ownedBy(owner: Projection): Projection[];
  ofKind(kind: string): Projection[];
}

/** Tells an index from projections that are not indexed yet. @public */
export function isProjectionIndex(
  value: Iterable<Projection> | ProjectionIndex,
): value is ProjectionIndex {
  return 'find' in value && 'appliedBy' in value;
}

function push<K>(map: Map<K, Projection[]>, key: K, value: Projection) {
  const found = map.get(key);
  if (found) found.push(value);
  else map.set(key, [value]);
}

/**
 * Builds an index. All projections must be of the same cluster; of duplicates the last one counts.
 * Whatever the order in which they come, objects are found in the order of their keys, so that the same
 * objects always make the same view.
 *
 * @public
 */
export function createProjectionIndex(
  projections: Iterable<Projection>,
): ProjectionIndex {
  const given = new Map<string, Projection>();
  for (const p of projections) given.set(objectKey(p.ref), p);
  const byKey = new Map([...given].sort(([a], [b]) => (a < b ? -1 : 1)));
  const byApplier = new Map<string, Projection[]>();
  const byOwner = new Map<string, Projection[]>();
  const byKind = new Map<string, Projection[]>();
  for (const p of byKey.values()) {
    push(byKind, p.ref.kind, p);
    if (p.appliedBy) push(byApplier, objectKey(p.appliedBy), p);
    for (const o of p.owners) {
      const owner = { ...o, namespace: p.ref.namespace };
      push(byOwner, objectKey(owner), p);
    }
  }
  const find = (ref: ObjectRef) => byKey.get(objectKey(ref));
  return {
    all: () => [...byKey.values()],
    find,
    ofKind: kind => byKind.get(kind) ?? [],
    ownedBy: owner =>
      (byOwner.get(objectKey(owner.ref)) ?? []).filter(p =>
        // A name may be reused; the uid tells a former owner's objects apart.
        p.owners.some(
          o =>
            o.kind === owner.ref.kind &&
            o.name === owner.ref.name &&
            (!o.uid || !owner.uid || o.uid === owner.uid),
        ),
      ),
    appliedBy: applier => {
      const found = new Set(byApplier.get(objectKey(applier.ref)) ?? []);
      for (const id of applier.applier?.inventory ?? []) {
        const ref = parseInventoryId(id);
        const p = ref && find(ref);
        if (p) found.add(p);
      }
      found.delete(applier);
      return [...found];
    },
  };
}
