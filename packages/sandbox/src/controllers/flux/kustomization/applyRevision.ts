import type { KubernetesClient, ObjectKey } from '../../client';
import type { ReconcileContext, ReconcileResult } from '../../runtime';
import { formatDuration, parseDuration } from '../lib/duration';
import type { FluxObject } from '../lib/FluxObject';
import { type Artifact, sha256 } from '../source/artifact';
import { applyAll, nameOf, sortForApply } from './apply';
import { buildRevision } from './buildStep';
import { HealthCheckCanceled } from './healthChecks';
import { checkHealth } from './healthStep';
import { addToHistory } from './history';
import { inventoryOf, removedKeys } from './inventory';
import { deleteOwned } from './prune';
import {
  applier,
  retryOf,
  REVISION,
  say,
  step,
  StepError,
  timeoutOf,
} from './steps';

async function prune(
  object: FluxObject,
  keys: ObjectKey[],
  client: KubernetesClient,
) {
  if (!object.spec.prune || keys.length === 0) {
    return '';
  }
  const deleted = await step('PruneFailed', () =>
    deleteOwned(keys, object, client),
  );
  return deleted.map(entry => `${nameOf(entry)} deleted`).join('\n');
}

/** Builds, applies, prunes and waits for health; what came of it is on the object. */
export async function applyRevision(
  object: FluxObject,
  artifact: Artifact,
  context: ReconcileContext,
  health: { pollMs: number; cancels: boolean },
): Promise<ReconcileResult> {
  const { spec, status } = object;
  const { client, signal } = context;
  const { revision } = artifact;
  const started = performance.now();
  const timeout = formatDuration(timeoutOf(object));
  let digest = '';
  const remember = (outcome: string) => {
    if (digest) {
      status.history = addToHistory(status.history, {
        digest,
        status: outcome,
        durationMs: performance.now() - started,
        revision,
        now: object.now(),
      });
    }
  };
  try {
    const built = await buildRevision(
      object,
      artifact,
      client,
      signal,
      timeout,
    );
    digest = sha256(JSON.stringify(sortForApply(built)));
    await say(object, `Detecting drift for revision ${revision}`, timeout);
    const identity = applier(object, client);
    const results = await step('ReconciliationFailed', () =>
      applyAll(built, identity, { force: spec.force }),
    );
    const before = status.inventory;
    const inventory = inventoryOf(built);
    status.inventory = inventory;
    const changes = results
      .filter(({ action }) => action === 'created' || action === 'configured')
      .map(({ object: applied, action }) => `${nameOf(applied)} ${action}`);
    const pruned = await prune(
      object,
      removedKeys(before, inventory),
      identity,
    );
    const message = [...changes, pruned].filter(Boolean).join('\n');
    if (message) {
      await object.event('Normal', 'Progressing', message, {
        [REVISION]: revision,
      });
    }
    await checkHealth(object, results, {
      ...health,
      revision,
      context,
    });
  } catch (error) {
    if (signal.aborted) {
      return {};
    }
    if (error instanceof HealthCheckCanceled) {
      const { kind, namespace, name } = error.trigger!;
      const by = `reconciliation triggered by ${kind}/${namespace}/${name}`;
      object.failed('HealthCheckCanceled', `New ${by}`);
      object.handled();
      await object.event(
        'Normal',
        'HealthCheckCanceled',
        `Health checks canceled due to new ${by}`,
        { [REVISION]: revision },
      );
      await object.patchStatus();
      return { requeueAfterMs: 0 };
    }
    const { reason, message } =
      error instanceof StepError
        ? error
        : {
            reason: 'ReconciliationFailed',
            message: (error as Error).message,
          };
    object.failed(reason, message);
    remember(reason);
    object.handled();
    await object.event('Warning', reason, message, { [REVISION]: revision });
    await object.patchStatus();
    return { requeueAfterMs: retryOf(object) };
  }
  remember('ReconciliationSucceeded');
  object.succeeded('ReconciliationSucceeded', `Applied revision: ${revision}`);
  status.lastAppliedRevision = revision;
  status.lastAttemptedRevision = revision;
  object.handled();
  await object.patchStatus();
  const interval = parseDuration(spec.interval, 600_000);
  await object.event(
    'Normal',
    'ReconciliationSucceeded',
    `Reconciliation finished in ${formatDuration(
      performance.now() - started,
    )}, next run in ${formatDuration(interval)}`,
    {
      'kustomize.toolkit.fluxcd.io/commit_status': 'update',
      [REVISION]: revision,
    },
  );
  return { requeueAfterMs: interval };
}
