import { parseDuration } from '../lib/duration';
import type { FluxObject } from '../lib/FluxObject';

/** What a HelmRelease asks for when its last action has failed. */
export interface Remediation {
  strategy: 'rollback' | 'uninstall';
  failures: number;
  isExhausted: boolean;
  remediatesLastFailure: boolean;
}

type Action = 'install' | 'upgrade';

const COUNTERS = {
  install: 'installFailures',
  upgrade: 'upgradeFailures',
} as const;

function remediationOf(
  { spec, status }: FluxObject,
  action: Action,
): Remediation {
  const given = spec[action]?.remediation ?? {};
  const retries: number = given.retries ?? 0;
  const failures: number = status[COUNTERS[action]] ?? 0;
  return {
    strategy: action === 'install' ? 'uninstall' : given.strategy ?? 'rollback',
    failures,
    isExhausted: retries >= 0 && failures > retries,
    remediatesLastFailure:
      given.remediateLastFailure ?? (action === 'upgrade' && retries > 0),
  };
}

/** Whether no more installs, or upgrades, are tried. */
export function isExhausted(object: FluxObject, action: Action): boolean {
  return remediationOf(object, action).isExhausted;
}

/** The remediation of the action that was tried last. */
export function activeRemediation(object: FluxObject): Remediation | undefined {
  const action: Action | undefined = object.status.lastAttemptedReleaseAction;
  return action && remediationOf(object, action);
}

/** How long to wait before the action that was tried last is retried without remediation. */
export function activeRetryMs(object: FluxObject): number | undefined {
  const action: Action | undefined = object.status.lastAttemptedReleaseAction;
  const strategy = action && object.spec[action]?.strategy;
  return strategy?.name === 'RetryOnFailure'
    ? parseDuration(strategy.retryInterval, 5 * 60_000)
    : undefined;
}

export function countFailure({ status }: FluxObject, action?: Action): void {
  if (action) {
    status[COUNTERS[action]] = (status[COUNTERS[action]] ?? 0) + 1;
  } else {
    status.failures = (status.failures ?? 0) + 1;
  }
}

export function clearFailures({ status }: FluxObject): void {
  status.failures = undefined;
  status.installFailures = undefined;
  status.upgradeFailures = undefined;
}

/** Whether an annotation asks for something now, which it does once only. */
export function takesRequest(
  { object, status, requestedAt, isRequested }: FluxObject,
  annotation: string,
  field: 'lastHandledForceAt' | 'lastHandledResetAt',
): boolean {
  const value = object.metadata.annotations?.[annotation];
  if (value === undefined || value === status[field]) {
    return false;
  }
  status[field] = value;
  return value === requestedAt && isRequested;
}
