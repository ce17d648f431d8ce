import type { ReconcileResult } from '../../runtime';
import type { Backoff } from '../lib/controller';
import { formatDuration, parseDuration } from '../lib/duration';
import type { FluxObject } from '../lib/FluxObject';
import {
  chartName,
  digestOf,
  fullName,
  previousOf,
  Release,
  Snapshot,
  snapshotOf,
  truncate,
} from './release/Release';
import {
  activeRemediation,
  activeRetryMs,
  isExhausted,
  takesRequest,
} from './remediation';
import { HelmAction, helmContext, HelmRequest, timeoutOf } from './request';
import { rollbackRemediation, uninstallRemediation } from './runRemediation';
import { release } from './runRelease';
import { determineState, ReleaseState } from './releaseState';
import { reconciling, releaseEvent, stall, summarize } from './say';

/** The next thing to do with a release. */
type Step =
  | { do: 'nothing' }
  | { do: 'stall'; reason: string; message: string }
  | { do: 'install' | 'upgrade' | 'rollback' | 'uninstall' }
  | { do: 'unlock'; release: Release };

function retriesExceeded(object: FluxObject): Step {
  const failures = activeRemediation(object)?.failures ?? 0;
  return {
    do: 'stall',
    reason: 'RetriesExceeded',
    message: `Failed to ${object.status.lastAttemptedReleaseAction} after ${failures} attempt(s)`,
  };
}

/** A release that was rolled back to just what is asked for now is an upgrade after all. */
function settle(object: FluxObject): void {
  const [current]: Snapshot[] = object.status.history;
  const say = (action: string) =>
    `Helm ${action} succeeded for release ${fullName(
      current,
    )} with chart ${chartName(current)}`;
  if (object.condition('Remediated')?.status === 'True') {
    object.set('Released', 'True', 'UpgradeSucceeded', say('upgrade'));
    object.remove('Remediated');
  }
  const released = object.condition('Released');
  if (
    released?.reason === 'InstallFailed' ||
    released?.reason === 'UpgradeFailed'
  ) {
    const action = released.reason === 'InstallFailed' ? 'install' : 'upgrade';
    const reason =
      action === 'install' ? 'InstallSucceeded' : 'UpgradeSucceeded';
    object.set('Released', 'True', reason, say(action));
  }
}

async function remediate(request: HelmRequest): Promise<Step> {
  const { object } = request;
  const remediation = activeRemediation(object);
  if (activeRetryMs(object) !== undefined || !remediation?.failures) {
    return { do: 'upgrade' };
  }
  if (remediation.isExhausted && !remediation.remediatesLastFailure) {
    return retriesExceeded(object);
  }
  object.status.history = truncate(object.status.history);
  if (remediation.strategy === 'uninstall') {
    return { do: 'uninstall' };
  }
  const previous = previousOf(object.status.history);
  if (!previous) {
    return {
      do: 'stall',
      reason: 'MissingRollbackTarget',
      message:
        'Failed to perform remediation: missing target release for rollback: cannot remediate failed release',
    };
  }
  const stored = await helmContext(request, 'rollback').storage.get(
    previous.name,
    previous.version,
  );
  return stored && digestOf(stored) === previous.digest
    ? { do: 'rollback' }
    : { do: 'upgrade' };
}

async function nextStep(
  request: HelmRequest,
  state: ReleaseState,
): Promise<Step> {
  const { object } = request;
  const isForced = takesRequest(
    object,
    'reconcile.fluxcd.io/forceAt',
    'lastHandledForceAt',
  );
  switch (state.is) {
    case 'in-sync':
      object.status.history = truncate(object.status.history);
      if (isForced) {
        return { do: 'upgrade' };
      }
      settle(object);
      return { do: 'nothing' };
    case 'locked':
      return { do: 'unlock', release: state.release };
    case 'absent':
      return isExhausted(object, 'install') && !isForced
        ? retriesExceeded(object)
        : { do: 'install' };
    case 'unmanaged':
      object.status.history = undefined;
      return { do: 'upgrade' };
    case 'out-of-sync':
      return isExhausted(object, 'upgrade') && !isForced
        ? retriesExceeded(object)
        : { do: 'upgrade' };
    default:
      return isForced ? { do: 'upgrade' } : remediate(request);
  }
}

/** A release that is pending belongs to an action that was interrupted, e.g. by a restart. */
async function unlock(request: HelmRequest, stale: Release): Promise<void> {
  const { object } = request;
  const { status } = stale.info;
  const failed: Release = {
    ...stale,
    info: {
      ...stale.info,
      status: 'failed',
      description: `Release unlocked from stale '${status}' state`,
    },
  };
  await helmContext(request, 'upgrade').storage.update(failed);
  const snapshot = snapshotOf(failed);
  const history: Snapshot[] = object.status.history ?? [];
  object.status.history = [
    snapshot,
    ...history.filter(({ version }) => version !== snapshot.version),
  ];
  const message = `Unlocked Helm release ${fullName(
    snapshot,
  )} with chart ${chartName(snapshot)} in ${status} state`;
  object.set('Released', 'False', 'PendingRelease', message);
  summarize(object);
  await releaseEvent(object, 'Normal', 'PendingRelease', message, {
    revision: snapshot.chartVersion,
    token: snapshot.configDigest,
    appVersion: snapshot.appVersion,
  });
}

/** Each kind of step is done once in a reconciliation. */
const KINDS = {
  install: 'release',
  upgrade: 'release',
  rollback: 'remediation',
  uninstall: 'remediation',
  unlock: 'unlock',
};

const RUN: Record<HelmAction, (request: HelmRequest) => Promise<void>> = {
  install: request => release(request, 'install'),
  upgrade: request => release(request, 'upgrade'),
  rollback: rollbackRemediation,
  uninstall: uninstallRemediation,
};

/** Tries again, by the object's own interval or soon. */
function again(object: FluxObject, backoff: Backoff): ReconcileResult {
  const retryMs = activeRetryMs(object);
  reconciling(
    object,
    retryMs === undefined
      ? object.condition('Ready')?.message ?? ''
      : `retrying after ${formatDuration(retryMs)}`,
    'ProgressingWithRetry',
  );
  return retryMs === undefined
    ? backoff.next(object)
    : { requeueAfterMs: retryMs };
}

/**
 * Brings the release to what the HelmRelease asks for: step by step, each kind of step once. After
 * a remediation it is up to the next reconciliation.
 */
export async function atomicRelease(
  request: HelmRequest,
  backoff: Backoff,
): Promise<ReconcileResult> {
  const { object } = request;
  const done = new Set<string>();
  for (;;) {
    const step = await nextStep(request, await determineState(request));
    if (step.do === 'nothing') {
      object.remove('Reconciling');
      summarize(object);
      object.status.observedGeneration = object.generation;
      backoff.reset(object);
      return { requeueAfterMs: parseDuration(object.spec.interval, 600_000) };
    }
    if (step.do === 'stall') {
      stall(object, step.reason, step.message);
      return {};
    }
    const isRelease = step.do === 'install' || step.do === 'upgrade';
    const isRemediation = step.do === 'rollback' || step.do === 'uninstall';
    if (done.has(KINDS[step.do])) {
      const remediation = activeRemediation(object);
      if (activeRetryMs(object) === undefined && remediation?.isExhausted) {
        object.remove('Reconciling');
        object.status.observedGeneration = object.generation;
        return {};
      }
      return again(object, backoff);
    }
    done.add(KINDS[step.do]);
    if (step.do === 'unlock') {
      await unlock(request, step.release);
      await object.patchStatus();
      continue;
    }
    const message = `Running '${
      step.do
    }' action with timeout of ${formatDuration(timeoutOf(object, step.do))}`;
    reconciling(object, message);
    if (isRelease) {
      object.set('Ready', 'Unknown', 'Progressing', message);
    }
    await object.patchStatus();
    try {
      await RUN[step.do](request);
    } catch (error) {
      if (request.signal.aborted) {
        return {};
      }
      if (object.condition('Ready')?.status === 'True') {
        object.set(
          'Ready',
          'False',
          'ReconcileError',
          (error as Error).message,
        );
      }
      return activeRetryMs(object) === undefined
        ? backoff.next(object)
        : again(object, backoff);
    }
    if (isRemediation) {
      const remediation = activeRemediation(object);
      const isOver =
        activeRetryMs(object) === undefined &&
        remediation?.isExhausted &&
        !(
          object.status.lastAttemptedReleaseAction === 'upgrade' &&
          remediation.strategy === 'uninstall'
        );
      if (!isOver) {
        return again(object, backoff);
      }
      const exceeded = retriesExceeded(object);
      if (exceeded.do === 'stall') {
        stall(object, exceeded.reason, exceeded.message);
      }
      return {};
    }
    await object.patchStatus();
  }
}
