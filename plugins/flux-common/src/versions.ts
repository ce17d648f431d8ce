import type { ImageVersion } from './api';
import type { Closure } from './closure';
import { parseImage, sameImage } from './images';
import { kindOrder } from './kinds';
import type { Projection } from './projection/types';
import type { ProjectionIndex } from './projectionIndex';

/**
 * What of an entity runs in a cluster, and what should.
 *
 * @public
 */
export interface EntityVersions {
  /** The workload whose version counts as the entity's. */
  workload?: Projection;
  /** The workload that serves: Flagger’s copy where there is a canary, else `workload`. */
  serving?: Projection;
  /** The canary that checks new versions of `workload`. */
  canary?: Projection;
  /** What its pods run. During a rollout, what most ready pods run. */
  running?: ImageVersion;
  /** What its spec asks for. */
  specified?: ImageVersion;
  policy?: Projection;
  latest?: ImageVersion;
}

const LONG_RUNNING = /^(Deployment|StatefulSet|DaemonSet|CronJob|Job)$/;

function imageOf(
  p: Projection,
  like: ImageVersion | undefined,
): ImageVersion | undefined {
  const images = (p.workload?.images ?? []).map(i => parseImage(i.image));
  return (like && images.find(i => sameImage(i, like))) ?? images[0];
}

/** Flagger's copy of a target serves the requests; the target itself only runs while it is checked. */
function delivery(
  index: ProjectionIndex,
  closure: Closure,
  workload: Projection,
): { serving: Projection; canary?: Projection } {
  const canary = closure.members.find(
    p =>
      p.canary?.target?.name === workload.ref.name &&
      p.canary.target.kind === workload.ref.kind &&
      p.ref.namespace === workload.ref.namespace,
  );
  if (!canary) return { serving: workload };
  const name = `${workload.ref.name}-primary`;
  return { canary, serving: index.find({ ...workload.ref, name }) ?? workload };
}

/** The image that most ready pods have; undefined while none is ready. */
function readyImage(
  index: ProjectionIndex,
  p: Projection,
  like: ImageVersion | undefined,
): ImageVersion | undefined {
  const { desired = 0, replicas = 0, ready = 0, updated } = p.workload!;
  const spec = imageOf(p, like);
  if (
    ready === undefined ||
    !/^(Deployment|StatefulSet|DaemonSet)$/.test(p.ref.kind)
  ) {
    return spec;
  }
  if (desired === 0) return undefined;
  const sets = index
    .ownedBy(p)
    .filter(o => o.ref.kind === 'ReplicaSet' && (o.workload?.ready ?? 0) > 0)
    .sort((a, b) => (b.workload?.ready ?? 0) - (a.workload?.ready ?? 0));
  if (sets[0]) return imageOf(sets[0], like);
  // Without ReplicaSets, only a rollout that is over says what the ready pods are of.
  const over =
    (p.observedGeneration ?? 0) >= (p.generation ?? 0) &&
    (updated ?? replicas) >= replicas;
  return ready > 0 && over ? spec : undefined;
}

function policiesOf(closure: Closure): Projection[] {
  return closure.members.filter(p => p.ref.kind === 'ImagePolicy');
}

/**
 * Finds the entity's main image: the one that a policy of the entity selects, else the first container
 * of its first workload.
 *
 * @public
 */
export function entityVersions(
  index: ProjectionIndex,
  closure: Closure,
): EntityVersions {
  const policies = policiesOf(closure);
  const workloads = closure.members
    .filter(
      p =>
        LONG_RUNNING.test(p.ref.kind) &&
        p.owners.length === 0 &&
        (p.workload?.images.length ?? 0) > 0,
    )
    .sort(
      (a, b) =>
        kindOrder(a.ref.group, a.ref.kind) -
          kindOrder(b.ref.group, b.ref.kind) ||
        a.ref.name.localeCompare(b.ref.name),
    );
  for (const workload of workloads) {
    for (const policy of policies) {
      const latest = policy.image?.latest;
      const images = workload.workload!.images.map(i => parseImage(i.image));
      const specified = latest && images.find(i => sameImage(i, latest));
      if (specified) {
        const by = delivery(index, closure, workload);
        const running = readyImage(index, by.serving, latest);
        return { workload, ...by, running, specified, policy, latest };
      }
    }
  }
  const workload = workloads[0];
  const policy = workload ? undefined : policies[0];
  if (!workload) return { policy, latest: policy?.image?.latest };
  const by = delivery(index, closure, workload);
  return {
    workload,
    ...by,
    running: readyImage(index, by.serving, undefined),
    specified: imageOf(workload, undefined),
  };
}
