import { parseInventoryId } from './inventory';
import type { Projection } from './projection/types';
import { objectKey, type ObjectRef } from './refs';

/**
 * Projections of one cluster, findable by what rules ask for. Whatever the order in which objects came,
 * they are given in the order of their ids, so that the same objects always make the same view.
 *
 * @public
 */
export interface ProjectionIndex {
  /** How many objects there are. */
  readonly size: number;
  all(): Projection[];
  find(ref: ObjectRef): Projection | undefined;
  /** Objects that a Kustomization or HelmRelease applied, by its inventory and by their labels. */
  appliedBy(applier: Projection): Projection[];
  /** Objects whose controller or owner this one is, e.g. the ReplicaSets of a Deployment. */
  ownedBy(owner: Projection): Projection[];
  /** ImageUpdateAutomations that write to a source, Canaries that lead a workload. */
  namedBy(ref: ObjectRef): Projection[];
  /** Objects of a kind, in all namespaces or in some. */
  ofKind(kind: string, namespaces?: ReadonlySet<string>): Projection[];
  /** Objects that carry a label, with any value or with one of some. */
  withLabel(key: string, values?: readonly string[]): Projection[];
}

/** Tells an index from projections that are not indexed yet. @public */
export function isProjectionIndex(
  value: Iterable<Projection> | ProjectionIndex,
): value is ProjectionIndex {
  return 'find' in value && 'appliedBy' in value;
}

/** What an object names as the source that it writes to or the workload that it leads. */
export function namedRef(p: Projection): ObjectRef | undefined {
  return p.ref.kind === 'ImageUpdateAutomation'
    ? p.image?.source
    : p.canary?.target;
}

/** Keys of an object's owners, who are in its own namespace. */
export function ownerKeys(p: Projection): string[] {
  return p.owners.map(o => objectKey({ ...o, namespace: p.ref.namespace }));
}

function byId(projections: Iterable<Projection>): Projection[] {
  return [...projections].sort((a, b) => (a.id < b.id ? -1 : 1));
}

/** Objects under keys that several of them may share. */
class Groups {
  readonly #groups = new Map<string, Set<Projection>>();

  add(key: string, p: Projection) {
    const group = this.#groups.get(key);
    if (group) group.add(p);
    else this.#groups.set(key, new Set([p]));
  }

  delete(key: string, p: Projection) {
    const group = this.#groups.get(key);
    group?.delete(p);
    if (group?.size === 0) this.#groups.delete(key);
  }

  get(key: string): Iterable<Projection> {
    return this.#groups.get(key) ?? [];
  }

  keys(): Iterable<string> {
    return this.#groups.keys();
  }
}

/**
 * An index that is kept current object by object, at a cost that doesn't depend on how many there are.
 *
 * @public
 */
export class LiveProjectionIndex implements ProjectionIndex {
  readonly #byKey = new Map<string, Projection>();
  readonly #byApplier = new Groups();
  readonly #byOwner = new Groups();
  readonly #byNamed = new Groups();
  /** Kind, then namespace. */
  readonly #byKind = new Map<string, Groups>();
  /** Label, then value; only for labels that somebody has asked for. */
  readonly #byLabel = new Map<string, Groups>();

  get size(): number {
    return this.#byKey.size;
  }

  /** Adds an object, or puts it in the place of the one with the same reference, which is returned. */
  put(p: Projection): Projection | undefined {
    const key = objectKey(p.ref);
    const before = this.#byKey.get(key);
    if (before) this.#each(before, (groups, k) => groups.delete(k, before));
    this.#byKey.set(key, p);
    this.#each(p, (groups, k) => groups.add(k, p));
    return before;
  }

  /** Returns the object that was there. */
  delete(ref: ObjectRef): Projection | undefined {
    const key = objectKey(ref);
    const before = this.#byKey.get(key);
    if (before) {
      this.#byKey.delete(key);
      this.#each(before, (groups, k) => groups.delete(k, before));
    }
    return before;
  }

  all(): Projection[] {
    return byId(this.#byKey.values());
  }

  find(ref: ObjectRef): Projection | undefined {
    return this.#byKey.get(objectKey(ref));
  }

  ofKind(kind: string, namespaces?: ReadonlySet<string>): Projection[] {
    const groups = this.#byKind.get(kind);
    if (!groups) return [];
    return byId(
      [...(namespaces ?? groups.keys())].flatMap(n => [...groups.get(n)]),
    );
  }

  withLabel(key: string, values?: readonly string[]): Projection[] {
    let groups = this.#byLabel.get(key);
    if (!groups) {
      groups = new Groups();
      this.#byLabel.set(key, groups);
      for (const p of this.#byKey.values()) {
        if (Object.hasOwn(p.labels, key)) groups.add(p.labels[key], p);
      }
    }
    const wanted = new Set(values ?? groups.keys());
    return byId([...wanted].flatMap(value => [...groups.get(value)]));
  }

  namedBy(ref: ObjectRef): Projection[] {
    return byId(this.#byNamed.get(objectKey(ref)));
  }

  ownedBy(owner: Projection): Projection[] {
    return byId(this.#byOwner.get(objectKey(owner.ref))).filter(p =>
      // A name may be reused; the uid tells a former owner's objects apart.
      p.owners.some(
        o =>
          o.kind === owner.ref.kind &&
          o.name === owner.ref.name &&
          (!o.uid || !owner.uid || o.uid === owner.uid),
      ),
    );
  }

  appliedBy(applier: Projection): Projection[] {
    const found = new Set(byId(this.#byApplier.get(objectKey(applier.ref))));
    for (const id of applier.applier?.inventory ?? []) {
      const ref = parseInventoryId(id);
      const p = ref && this.find(ref);
      if (p) found.add(p);
    }
    found.delete(applier);
    return [...found];
  }

  /** All groups that an object is in. */
  #each(p: Projection, visit: (groups: Groups, key: string) => void) {
    let kind = this.#byKind.get(p.ref.kind);
    if (!kind) {
      kind = new Groups();
      this.#byKind.set(p.ref.kind, kind);
    }
    visit(kind, p.ref.namespace);
    if (p.appliedBy) visit(this.#byApplier, objectKey(p.appliedBy));
    for (const key of ownerKeys(p)) visit(this.#byOwner, key);
    const named = namedRef(p);
    if (named) visit(this.#byNamed, objectKey(named));
    for (const [label, groups] of this.#byLabel) {
      if (Object.hasOwn(p.labels, label)) visit(groups, p.labels[label]);
    }
  }
}

/**
 * Builds an index. All projections must be of the same cluster; of duplicates the last one counts.
 *
 * @public
 */
export function createProjectionIndex(
  projections: Iterable<Projection>,
): ProjectionIndex {
  const index = new LiveProjectionIndex();
  for (const p of projections) index.put(p);
  return index;
}
