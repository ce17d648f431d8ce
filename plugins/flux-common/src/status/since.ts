import type { ProjectedCondition, Projection } from '../projection/types';
import { sameRevision } from '../revisions';
import type { StatusScope } from './types';

/**
 * Since when an object fails. Ready does not say: Flux sets it to Unknown at every try, so its transition
 * is that of the last try only. The history of a Kustomization, the age of a source's new revision and
 * FetchFailed reach further back.
 */
export function failingSince(
  p: Projection,
  ready: ProjectedCondition,
  { index }: StatusScope,
): string | undefined {
  const last = ready.lastTransitionTime;
  const { applier } = p;
  const source = applier?.source && index?.find(applier.source)?.source;
  const fetched = source?.artifact;
  const unapplied =
    applier?.appliedRevision !== undefined &&
    fetched?.revision !== undefined &&
    !sameRevision(applier.appliedRevision, fetched.revision);
  const candidates = [
    applier?.failingSince,
    p.conditions.find(c => c.type === 'FetchFailed' && c.status === 'True')
      ?.lastTransitionTime,
    unapplied ? fetched?.updatedAt : undefined,
    // It has never succeeded, and its settings have not changed since it was made.
    p.observedGeneration === -1 && p.generation === 1 ? p.createdAt : undefined,
  ];
  const earlier = candidates.find(
    t => t !== undefined && (!last || Date.parse(t) <= Date.parse(last)),
  );
  return earlier ?? last;
}
