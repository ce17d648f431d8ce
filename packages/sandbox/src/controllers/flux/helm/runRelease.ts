import { formatDuration } from '../lib/duration';
import type { FluxObject } from '../lib/FluxObject';
import { aboutSnapshot, recordInventory, withLog } from './observe';
import { install, upgrade } from './release/install';
import {
  chartName,
  configDigestOf,
  fullName,
  Release,
  Snapshot,
  snapshotOf,
} from './release/Release';
import { clearFailures, countFailure } from './remediation';
import {
  helmContext,
  HelmRequest,
  releaseName,
  releaseNamespace,
} from './request';
import { releaseEvent, summarize } from './say';

const WORDS = {
  install: { done: 'InstallSucceeded', failed: 'InstallFailed' },
  upgrade: { done: 'UpgradeSucceeded', failed: 'UpgradeFailed' },
};

/** Puts what an action has stored into the history: the newest in front, the others in place. */
function record(
  object: FluxObject,
  written: Map<number, Release>,
  action: string,
) {
  const releases = [...written.values()].sort((a, b) => b.version - a.version);
  const [newest, ...others] = releases;
  const before: Snapshot[] = object.status.history ?? [];
  object.status.history = [
    snapshotOf(newest, action),
    ...before
      .filter(({ version }) => version !== newest.version)
      .map(snapshot => {
        const changed = others.find(
          ({ version }) => version === snapshot.version,
        );
        return changed ? snapshotOf(changed) : snapshot;
      }),
  ];
}

/**
 * Installs or upgrades, and says what came of it.
 *
 * @throws when not even a release could be stored; nothing is to be remediated then.
 */
export async function release(
  request: HelmRequest,
  action: 'install' | 'upgrade',
): Promise<void> {
  const { object, chart, values } = request;
  const { spec, status } = object;
  const started = performance.now();
  const written = new Map<number, Release>();
  const context = helmContext(request, action, stored =>
    written.set(stored.version, structuredClone(stored)),
  );
  status.lastAttemptedReleaseAction = action;
  object.remove('TestSuccess', 'Remediated');
  if (action === 'install') {
    status.history = undefined;
  }
  let failure: Error | undefined;
  try {
    if (action === 'install') {
      if (spec.install?.createNamespace) {
        await context.resources.client.apply(
          {
            apiVersion: 'v1',
            kind: 'Namespace',
            metadata: {
              name: context.namespace,
              labels: { name: context.namespace },
            },
          },
          { fieldManager: 'helm-controller', force: true },
        );
      }
      await install(chart, values, context, spec.install?.crds ?? 'Create');
    } else {
      await upgrade(chart, values, context, spec.upgrade?.crds ?? 'Skip');
    }
  } catch (error) {
    if (request.signal.aborted) {
      throw error;
    }
    failure = error as Error;
  }
  status.lastAttemptedReleaseActionDuration = formatDuration(
    performance.now() - started,
  );
  const newest = written.get(Math.max(...written.keys()));
  if (newest) {
    record(object, written, action);
    await recordInventory(request, newest);
  }
  if (!failure) {
    const [current]: Snapshot[] = status.history;
    const message = `Helm ${action} succeeded for release ${fullName(
      current,
    )} with chart ${chartName(current)}`;
    object.set('Released', 'True', WORDS[action].done, message);
    if (spec[action]?.strategy?.name === 'RetryOnFailure') {
      clearFailures(object);
    }
    summarize(object);
    await releaseEvent(
      object,
      'Normal',
      WORDS[action].done,
      message,
      aboutSnapshot(current),
    );
    return;
  }
  const { name, version, appVersion } = chart.metadata;
  const message = `Helm ${action} failed for release ${releaseNamespace(
    object,
  )}/${releaseName(
    object,
  )} with chart ${name}@${version}: ${failure.message.trim()}`;
  countFailure(object);
  object.set('Released', 'False', WORDS[action].failed, message);
  summarize(object);
  await releaseEvent(
    object,
    'Warning',
    WORDS[action].failed,
    withLog(message, context.log),
    { revision: version, token: configDigestOf(values), appVersion },
  );
  if (!newest) {
    throw failure;
  }
  countFailure(object, action);
}
