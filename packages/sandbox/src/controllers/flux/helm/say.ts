import type { FluxObject } from '../lib/FluxObject';

const GROUP = 'helm.toolkit.fluxcd.io';

/** Ready as the sum of what was remediated and released. */
export function summarize(object: FluxObject): void {
  const remediated = object.condition('Remediated');
  const condition = remediated ?? object.condition('Released');
  if (!condition) {
    return;
  }
  // Whatever had to be remediated is not what was asked for.
  const status = remediated ? 'False' : condition.status;
  if (status === 'True') {
    object.remove('Stalled');
  }
  object.set('Ready', status, condition.reason, condition.message);
}

/** What is going on now. */
export function reconciling(
  object: FluxObject,
  message: string,
  reason: 'Progressing' | 'ProgressingWithRetry' = 'Progressing',
): void {
  object.remove('Stalled');
  object.set('Reconciling', 'True', reason, message);
}

/** Nothing more is tried until something changes; Ready stays as it is. */
export function stall(object: FluxObject, reason: string, message: string) {
  object.remove('Reconciling');
  object.set('Stalled', 'True', reason, message);
  object.status.observedGeneration = object.generation;
}

/** An Event about a release. */
export function releaseEvent(
  object: FluxObject,
  type: 'Normal' | 'Warning',
  reason: string,
  message: string,
  about: { revision: string; token: string; appVersion?: string },
): Promise<void> {
  return object.event(type, reason, message, {
    ...(about.appVersion ? { [`${GROUP}/app-version`]: about.appVersion } : {}),
    [`${GROUP}/revision`]: about.revision,
    [`${GROUP}/token`]: about.token,
  });
}
