import { canonicalImage, parseImage } from './images';
import type { Projection } from './projection/types';
import type { ProjectionIndex } from './projectionIndex';
import { objectKey, type ObjectRef } from './refs';

/**
 * What belongs to an entity in one cluster.
 *
 * @public
 */
export interface Closure {
  roots: Projection[];
  /** Roots included. */
  members: Projection[];
  /** Objects that brought members in (parents, and theirs); searched for causes, not shown. */
  ancestors: Projection[];
  has(ref: ObjectRef): boolean;
}

/** What an object is made from or needs first: sources, charts, dependencies, policies' repositories. @public */
export function upstreamRefs(p: Projection): ObjectRef[] {
  return [
    ...(p.applier?.dependsOn ?? []),
    ...(p.applier?.source ? [p.applier.source] : []),
    ...(p.source?.from ?? []),
    ...(p.image?.repository ? [p.image.repository] : []),
    ...(p.image?.source ? [p.image.source] : []),
  ];
}

/** ReplicaSets that an older rollout left behind say nothing. */
function isLeftOver(p: Projection): boolean {
  return (
    p.ref.kind === 'ReplicaSet' &&
    p.workload?.desired === 0 &&
    p.workload.replicas === 0
  );
}

class Collector {
  readonly members = new Map<string, Projection>();
  readonly ancestors = new Map<string, Projection>();
  readonly #index: ProjectionIndex;

  constructor(index: ProjectionIndex) {
    this.#index = index;
  }

  /** Adds an object with what it needs, but without what it applied. */
  upstream(p: Projection) {
    const queue = [p];
    while (queue.length > 0) {
      const next = queue.pop()!;
      if (this.members.has(next.id)) continue;
      this.members.set(next.id, next);
      for (const ref of upstreamRefs(next)) {
        const found = this.#index.find(ref);
        if (found) queue.push(found);
      }
    }
  }

  /** Adds an object with what it needs and everything below it. */
  whole(start: Projection) {
    const queue = [start];
    const seen = new Set<string>();
    while (queue.length > 0) {
      const p = queue.pop()!;
      if (seen.has(p.id) || isLeftOver(p)) continue;
      seen.add(p.id);
      this.upstream(p);
      if (p.applier) queue.push(...this.#index.appliedBy(p));
      queue.push(...this.#index.ownedBy(p));
    }
  }

  parents(start: Projection[]) {
    const queue = [...start];
    while (queue.length > 0) {
      const p = queue.pop()!;
      const parent = p.appliedBy && this.#index.find(p.appliedBy);
      if (!parent || this.ancestors.has(parent.id)) continue;
      if (this.members.has(parent.id)) continue;
      this.ancestors.set(parent.id, parent);
      queue.push(parent);
      for (const ref of upstreamRefs(parent)) {
        const found = this.#index.find(ref);
        if (found) queue.push(found);
      }
    }
  }
}

function imagesOf(members: Iterable<Projection>): Set<string> {
  const names = new Set<string>();
  for (const p of members) {
    for (const { image } of p.workload?.images ?? []) {
      names.add(canonicalImage(parseImage(image).image));
    }
  }
  return names;
}

/** Image objects of what runs, automations of the sources, canaries of the workloads. */
function companions(
  index: ProjectionIndex,
  members: Map<string, Projection>,
): Projection[] {
  const images = imagesOf(members.values());
  const all = [...members.values()];
  const namespaces = new Set(
    all.filter(p => p.applier || p.source).map(p => p.ref.namespace),
  );
  const scansOurs = (p: Projection | undefined) =>
    p?.image?.image !== undefined &&
    images.has(canonicalImage(parseImage(p.image.image).image));
  // Another tenant may scan the same image; only our namespaces' policies count.
  const policies = index
    .ofKind('ImagePolicy', namespaces)
    .filter(
      p => p.image?.repository && scansOurs(index.find(p.image.repository)),
    );
  const selecting = policies.filter(p => p.image?.latest);
  return [
    // Beside a policy that selects an image, one that never did is somebody's experiment.
    ...(selecting.length > 0 ? selecting : policies),
    ...all.flatMap(p => index.namedBy(p.ref)),
  ];
}

/**
 * Finds everything that belongs to an entity: from its roots down to pods and up to sources, with the
 * image objects, automations and canaries around them. Dependencies are members without what they
 * applied. The Flux object that applied a root is only an ancestor, unless the root is a workload.
 *
 * @public
 */
export function entityClosure(
  index: ProjectionIndex,
  roots: Projection[],
): Closure {
  const collector = new Collector(index);
  for (const root of roots) {
    collector.whole(root);
    const applier =
      !root.applier && root.appliedBy && index.find(root.appliedBy);
    if (applier && (root.workload || root.network || root.canary)) {
      collector.upstream(applier);
    }
  }
  for (const p of companions(index, collector.members)) collector.whole(p);
  collector.parents([...collector.members.values()]);
  const members = [...collector.members.values()];
  const keys = new Set(members.map(p => objectKey(p.ref)));
  return {
    roots,
    members,
    ancestors: [...collector.ancestors.values()],
    has: ref => keys.has(objectKey(ref)),
  };
}
