import {
  RECONCILE_REQUESTED_AT_ANNOTATION,
  REQUESTED_BY_ANNOTATION,
  SUSPENDED_AT_ANNOTATION,
  SUSPENDED_BY_ANNOTATION,
  SUSPENDED_REASON_ANNOTATION,
} from '@backstage-flux/plugin-flux-common';

/** Merge patch that asks a controller to reconcile. */
export function reconcilePatch(by: string) {
  return {
    metadata: {
      annotations: {
        [RECONCILE_REQUESTED_AT_ANNOTATION]: requestTime(),
        [REQUESTED_BY_ANNOTATION]: by,
      },
    },
  };
}

/** Merge patch that suspends, and says who did it and why. */
export function suspendPatch(by: string, reason: string) {
  return {
    metadata: {
      annotations: {
        [SUSPENDED_BY_ANNOTATION]: by,
        [SUSPENDED_REASON_ANNOTATION]: reason,
        [SUSPENDED_AT_ANNOTATION]: new Date().toISOString(),
      },
    },
    spec: { suspend: true },
  };
}

/** Merge patch that resumes. */
export function resumePatch(by: string, options: { reconcile: boolean }) {
  return {
    metadata: {
      annotations: {
        [SUSPENDED_BY_ANNOTATION]: null,
        [SUSPENDED_REASON_ANNOTATION]: null,
        [SUSPENDED_AT_ANNOTATION]: null,
        ...(options.reconcile ? reconcilePatch(by).metadata.annotations : {}),
      },
    },
    spec: { suspend: null },
  };
}

let last = 0n;

/**
 * RFC 3339 with nanoseconds, as `flux reconcile` writes it. Controllers compare it with the request
 * that they handled last, so two requests must never carry the same.
 */
function requestTime(): string {
  const now =
    BigInt(Date.now()) * 1_000_000n + (process.hrtime.bigint() % 1_000_000n);
  last = now > last ? now : last + 1n;
  const seconds = new Date(Number(last / 1_000_000n))
    .toISOString()
    .slice(0, 19);
  return `${seconds}.${String(last % 1_000_000_000n).padStart(9, '0')}Z`;
}
