import type { KubernetesObject } from '../client';
import { timestamp } from './owners';

export type CanaryPhase =
  | 'Initializing'
  | 'Initialized'
  | 'Progressing'
  | 'Promoting'
  | 'Finalising'
  | 'Succeeded'
  | 'Failed';

const CONDITIONS: Record<
  CanaryPhase,
  ['True' | 'False' | 'Unknown', (kind: string) => string]
> = {
  Initializing: [
    'Unknown',
    kind => `New ${kind} detected, starting initialization.`,
  ],
  Initialized: ['True', kind => `${kind} initialization completed.`],
  Progressing: [
    'Unknown',
    () =>
      'New revision detected, progressing canary analysis. The sandbox measures nothing: every check counts as passed.',
  ],
  Promoting: [
    'Unknown',
    () => 'Canary analysis completed, starting primary rolling update.',
  ],
  Finalising: [
    'Unknown',
    () => 'Canary analysis completed, routing all traffic to primary.',
  ],
  Succeeded: [
    'True',
    () =>
      'Canary analysis completed successfully, promotion finished. The sandbox measures nothing: every check counts as passed.',
  ],
  Failed: ['False', kind => `Canary analysis failed, ${kind} scaled to zero.`],
};

/** A Canary's status in a phase; what is not given stays as it was. */
export function canaryStatus(
  canary: KubernetesObject,
  phase: CanaryPhase,
  change: {
    canaryWeight?: number;
    iterations?: number;
    lastAppliedSpec?: string;
    lastPromotedSpec?: string;
  } = {},
): Record<string, unknown> {
  const before = canary.status ?? {};
  const now = timestamp();
  const [status, message] = CONDITIONS[phase];
  const old = before.conditions?.[0];
  return {
    canaryWeight: 0,
    iterations: 0,
    ...before,
    ...change,
    failedChecks: 0,
    phase,
    lastTransitionTime:
      before.phase === phase && change.canaryWeight === before.canaryWeight
        ? before.lastTransitionTime ?? now
        : now,
    conditions: [
      {
        lastTransitionTime:
          old?.status === status ? old.lastTransitionTime : now,
        lastUpdateTime: old?.reason === phase ? old.lastUpdateTime : now,
        message: message(canary.spec.targetRef?.kind ?? 'Deployment'),
        reason: phase,
        status,
        type: 'Promoted',
      },
    ],
  };
}

/** A Go duration in milliseconds; what cannot be read is a minute, Flagger's own default. */
export function intervalMs(interval: unknown): number {
  const units: Record<string, number> = {
    ms: 1,
    s: 1000,
    m: 60_000,
    h: 3_600_000,
  };
  let total = 0;
  for (const [, value, unit] of String(interval ?? '').matchAll(
    /([0-9.]+)(ms|s|m|h)/g,
  )) {
    total += Number(value) * units[unit];
  }
  return total || 60_000;
}
