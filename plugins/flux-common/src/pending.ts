import type { Cause, ClusterView } from './api';
import type { Closure } from './closure';
import { sameVersion } from './images';
import type { ProjectionIndex } from './projectionIndex';
import { describeRef, objectKey } from './refs';
import type { EntityVersions } from './versions';

function next(
  index: ProjectionIndex,
  closure: Closure,
  { policy, latest, specified, workload, canary }: EntityVersions,
): string {
  if (specified && latest && sameVersion(specified, latest)) {
    return canary
      ? `${describeRef(canary.ref)} checks it before it takes over`
      : `${describeRef(workload!.ref)} is rolling out`;
  }
  const automation = closure.members.find(
    p =>
      p.ref.kind === 'ImageUpdateAutomation' &&
      p.ref.namespace === policy?.ref.namespace,
  );
  const image = automation?.image;
  if (!automation || !image) return 'Someone has to set the new tag in Git';
  const seen =
    policy && image.observedPolicies?.[policy.ref.name] === latest?.tag;
  const ownBranch =
    image.pushBranch !== undefined &&
    image.checkoutBranch !== undefined &&
    image.pushBranch !== image.checkoutBranch;
  if (seen && ownBranch) {
    return `Someone has to merge the pull request from ${image.pushBranch}`;
  }
  if (seen && image.pushedAt) {
    const source = image.source && index.find(image.source);
    const every = source?.interval ? `, within ${source.interval}` : '';
    return `Committed; Flux fetches and applies it next${every}`;
  }
  return automation.interval
    ? `Flux commits it within ${automation.interval}`
    : 'Flux commits it next';
}

/** Whether the cause lies on the way from the image to the workload. */
function standsBetween(
  index: ProjectionIndex,
  cause: Cause,
  { policy, workload }: EntityVersions,
): boolean {
  // Another policy's trouble does not hold this one's update up.
  const { kind } = cause.ref;
  if (kind === 'ImagePolicy' || kind === 'ImageRepository') {
    const own = policy && [policy.ref, policy.image?.repository];
    return !own || own.some(r => r && objectKey(r) === objectKey(cause.ref));
  }
  const at = index.find(cause.ref);
  // Another workload beside ours does not hold ours up either, unless they are applied together.
  return (
    !at?.workload ||
    at.id === workload?.id ||
    (at.appliedBy !== undefined &&
      workload?.appliedBy !== undefined &&
      objectKey(at.appliedBy) === objectKey(workload.appliedBy))
  );
}

/** Set when the selected version is not what runs. */
export function pendingUpdate(
  index: ProjectionIndex,
  closure: Closure,
  versions: EntityVersions,
  cause: Cause | undefined,
): ClusterView['pending'] {
  const { running, latest } = versions;
  if (!latest || (running && sameVersion(running, latest))) return undefined;
  if (
    cause &&
    cause.state !== 'waiting' &&
    standsBetween(index, cause, versions)
  ) {
    const todo = cause.state === 'suspended' ? 'Resume' : 'Repair';
    return { blocked: true, next: `${todo} ${describeRef(cause.ref)} first` };
  }
  return { blocked: false, next: next(index, closure, versions) };
}
