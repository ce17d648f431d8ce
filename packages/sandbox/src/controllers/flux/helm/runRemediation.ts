import type { FluxObject } from '../lib/FluxObject';
import { aboutSnapshot, recordInventory, withLog } from './observe';
import {
  chartName,
  configDigestOf,
  fullName,
  previousOf,
  Release,
  Snapshot,
  snapshotOf,
} from './release/Release';
import { rollback, uninstall } from './release/uninstall';
import { countFailure } from './remediation';
import { helmContext, HelmRequest } from './request';
import { releaseEvent, summarize } from './say';

/** Rolls a failed release back to the one before. */
export async function rollbackRemediation(request: HelmRequest): Promise<void> {
  const { object, values } = request;
  const previous = previousOf(object.status.history)!;
  let wasStored = false;
  const context = helmContext(request, 'rollback', stored => {
    wasStored = true;
    const history: Snapshot[] = object.status.history;
    const known = history.some(({ version }) => version === stored.version);
    object.status.history = known
      ? history.map(snapshot =>
          snapshot.version === stored.version
            ? snapshotOf(stored, 'rollback')
            : snapshot,
        )
      : [snapshotOf(stored), ...history];
  });
  const what = `Helm rollback to previous release ${fullName(
    previous,
  )} with chart ${chartName(previous)}`;
  const about = { ...aboutSnapshot(previous), token: configDigestOf(values) };
  try {
    await rollback(previous.version, context);
  } catch (error) {
    if (request.signal.aborted) {
      throw error;
    }
    const message = `${what} failed: ${(error as Error).message.trim()}`;
    countFailure(object);
    object.set('Remediated', 'False', 'RollbackFailed', message);
    summarize(object);
    await releaseEvent(
      object,
      'Warning',
      'RollbackFailed',
      withLog(message, context.log),
      about,
    );
    if (!wasStored) {
      throw error;
    }
    return;
  }
  const [current]: Snapshot[] = object.status.history;
  const stored = await context.storage.get(current.name, current.version);
  if (stored) {
    await recordInventory(request, stored);
  }
  const message = `${what} succeeded`;
  object.set('Remediated', 'True', 'RollbackSucceeded', message);
  summarize(object);
  await releaseEvent(object, 'Normal', 'RollbackSucceeded', message, about);
}

/** Keeps the history in step with what an uninstall stores. */
function recordUninstall(object: FluxObject, action: string) {
  return (stored: Release) => {
    object.status.history = (object.status.history as Snapshot[]).map(
      snapshot =>
        snapshot.version === stored.version
          ? snapshotOf(stored, action)
          : snapshot,
    );
  };
}

/** Uninstalls a release that failed. */
export async function uninstallRemediation(
  request: HelmRequest,
): Promise<void> {
  const { object } = request;
  const { spec } = object;
  const context = helmContext(
    request,
    'uninstall',
    recordUninstall(object, 'uninstall-remediation'),
  );
  const say = () => {
    const [current]: Snapshot[] = object.status.history;
    return `Helm uninstall remediation for release ${fullName(
      current,
    )} with chart ${chartName(current)}`;
  };
  const [{ digest }]: Snapshot[] = object.status.history;
  try {
    await uninstall(context, {
      keepHistory: spec.uninstall?.keepHistory ?? false,
      propagation: propagationOf(spec),
    });
  } catch (error) {
    if (request.signal.aborted) {
      throw error;
    }
    const message = `${say()} failed: ${(error as Error).message.trim()}`;
    const [current]: Snapshot[] = object.status.history;
    countFailure(object);
    object.set('Remediated', 'False', 'UninstallFailed', message);
    summarize(object);
    await releaseEvent(
      object,
      'Warning',
      'UninstallFailed',
      message,
      aboutSnapshot(current),
    );
    if (current.digest === digest) {
      throw error;
    }
    return;
  }
  const [current]: Snapshot[] = object.status.history;
  object.set('Remediated', 'True', 'UninstallSucceeded', `${say()} succeeded`);
  summarize(object);
  await releaseEvent(
    object,
    'Normal',
    'UninstallSucceeded',
    `${say()} succeeded`,
    aboutSnapshot(current),
  );
}

function propagationOf(spec: any) {
  const { deletionPropagation } = spec.uninstall ?? {};
  return deletionPropagation
    ? ((deletionPropagation[0].toUpperCase() + deletionPropagation.slice(1)) as
        | 'Background'
        | 'Foreground'
        | 'Orphan')
    : undefined;
}

/** Uninstalls what the object has released, e.g. because the object is being deleted. */
export async function uninstallRelease(
  request: Omit<HelmRequest, 'chart' | 'values'>,
): Promise<void> {
  const { object } = request;
  const { spec, status } = object;
  const [before]: Snapshot[] = status.history ?? [];
  if (!before) {
    return;
  }
  const context = {
    ...helmContext(request, 'uninstall', recordUninstall(object, 'uninstall')),
    name: before.name,
    namespace: before.namespace,
  };
  const what = `release ${fullName(before)} with chart ${chartName(before)}`;
  try {
    const found = await uninstall(context, {
      keepHistory: spec.uninstall?.keepHistory ?? false,
      propagation: propagationOf(spec),
    });
    if (!found) {
      const message = `Release ${fullName(
        before,
      )} was not found, assuming it is uninstalled`;
      object.set('Released', 'False', 'UninstallSucceeded', message);
      summarize(object);
      return;
    }
  } catch (error) {
    const message = `Helm uninstall failed for ${what}: ${(
      error as Error
    ).message.trim()}`;
    countFailure(object);
    object.set('Released', 'False', 'UninstallFailed', message);
    summarize(object);
    await releaseEvent(
      object,
      'Warning',
      'UninstallFailed',
      message,
      aboutSnapshot(before),
    );
    throw error;
  }
  const message = `Helm uninstall succeeded for ${what}`;
  status.inventory = undefined;
  object.set('Released', 'False', 'UninstallSucceeded', message);
  summarize(object);
  await releaseEvent(
    object,
    'Normal',
    'UninstallSucceeded',
    message,
    aboutSnapshot(before),
  );
}
