import type { ResourceState } from '../api';
import type { ProjectedCondition, Projection } from '../projection/types';
import { explainMessage } from '../words/explain';
import { compact } from '../raw';
import type { ExplainedStatus } from './types';

export function condition(
  p: Projection,
  type: string,
): ProjectedCondition | undefined {
  return p.conditions.find(c => c.type === type);
}

export function isTrue(p: Projection, type: string): boolean {
  return condition(p, type)?.status === 'True';
}

/** A status in our own words. */
export function said(
  state: ResourceState,
  summary: string,
  message: string,
  from?: ProjectedCondition,
): ExplainedStatus {
  return compact<ExplainedStatus>({
    state,
    summary,
    message,
    reason: from?.reason,
    rawMessage: from?.message,
    since: from?.lastTransitionTime,
  });
}

/** A status in the words for what a condition says: waiting where nothing is broken, else `state`. */
export function explained(
  p: Projection,
  from: ProjectedCondition,
  state: 'failing' | 'stalled' = 'failing',
): ExplainedStatus {
  const explanation = explainMessage(from.message ?? from.reason ?? '', p);
  return {
    ...said(
      explanation.waits ? 'waiting' : state,
      explanation.short,
      explanation.sentence,
      from,
    ),
    explanation,
  };
}
