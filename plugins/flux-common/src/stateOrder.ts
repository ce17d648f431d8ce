import type { ResourceState, ResourceStatus } from './api';

/**
 * All states, what needs attention first: Failing, Stalled, Suspended; then what is on its way; then what
 * is not known; Up to date last.
 *
 * @public
 */
export const resourceStates: readonly ResourceState[] = [
  'failing',
  'stalled',
  'suspended',
  'progressing',
  'updatePending',
  'waiting',
  'stale',
  'unknown',
  'upToDate',
];

/**
 * Compares two states for sorting, what needs attention first.
 *
 * @public
 */
export function compareStates(a: ResourceState, b: ResourceState): number {
  return resourceStates.indexOf(a) - resourceStates.indexOf(b);
}

/**
 * The status that needs attention most; undefined of none. Of equals the first.
 *
 * @public
 */
export function worstStatus<T extends ResourceStatus>(
  statuses: readonly T[],
): T | undefined {
  return statuses.reduce<T | undefined>(
    (worst, s) =>
      !worst || compareStates(s.state, worst.state) < 0 ? s : worst,
    undefined,
  );
}
