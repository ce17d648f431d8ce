/** A condition as Flux writes it. */
export interface Condition {
  type: string;
  status: 'True' | 'False' | 'Unknown';
  reason: string;
  message: string;
  observedGeneration?: number;
  lastTransitionTime: string;
}

export type NewCondition = Pick<
  Condition,
  'type' | 'status' | 'reason' | 'message'
>;

// Flux keeps these first and the others by their name.
const FIRST = ['Stalled', 'Reconciling', 'Ready'];

function rank(type: string): number {
  const at = FIRST.indexOf(type);
  return at < 0 ? FIRST.length : at;
}

/** A time as Kubernetes writes it: whole seconds. */
export function timestamp(date = new Date()): string {
  return `${date.toISOString().slice(0, 19)}Z`;
}

export function getCondition(
  conditions: readonly Condition[] | undefined,
  type: string,
): Condition | undefined {
  return conditions?.find(condition => condition.type === type);
}

/** Whether Ready is True; what depends on an object asks this. */
export function isReady(object: { status?: any } | undefined): boolean {
  return getCondition(object?.status?.conditions, 'Ready')?.status === 'True';
}

/**
 * The conditions with one set. The time of the last transition moves with status, reason or
 * message, as in Flux's runtime.
 */
export function setCondition(
  conditions: readonly Condition[],
  next: NewCondition,
  observedGeneration: number | undefined,
): Condition[] {
  const before = getCondition(conditions, next.type);
  const same =
    before?.status === next.status &&
    before.reason === next.reason &&
    before.message === next.message;
  return [
    ...conditions.filter(condition => condition.type !== next.type),
    {
      ...next,
      observedGeneration,
      lastTransitionTime: same ? before.lastTransitionTime : timestamp(),
    },
  ].sort((a, b) => rank(a.type) - rank(b.type) || a.type.localeCompare(b.type));
}
