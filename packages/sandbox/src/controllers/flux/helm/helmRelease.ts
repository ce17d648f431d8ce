import { keyOf, ReconcileContext, ReconcileResult } from '../../runtime';
import { Backoff, FluxReconciler } from '../lib/controller';
import type { FluxObject } from '../lib/FluxObject';
import { Index } from '../lib/Index';
import { HELM_CHART } from '../source/helmChart';
import { atomicRelease } from './atomicRelease';
import { capabilitiesOf } from './capabilities';
import { applyChart, deleteChart } from './chartTemplate';
import { chartKey, HELM_RELEASE, Obstacle, prepare } from './prepare';
import { configDigestOf, Snapshot } from './release/Release';
import { clearFailures, takesRequest } from './remediation';
import {
  HelmRequest,
  releaseName,
  releaseNamespace,
  shortName,
  storageNamespace,
} from './request';
import { uninstallRelease } from './runRemediation';
import { reconciling } from './say';

export { HELM_RELEASE } from './prepare';

/** What the sandbox leaves out of HelmRelease, if the object asks for it. */
function unsupportedField(spec: any): string | undefined {
  return [
    spec.kubeConfig ? 'spec.kubeConfig' : undefined,
    spec.postRenderers?.length ? 'spec.postRenderers' : undefined,
    spec.healthCheckExprs?.length ? 'spec.healthCheckExprs' : undefined,
    spec.test?.enable ? 'spec.test.enable' : undefined,
    ['enabled', 'warn'].includes(spec.driftDetection?.mode)
      ? 'spec.driftDetection.mode'
      : undefined,
    spec.dependsOn?.some((entry: any) => entry.readyExpr)
      ? 'spec.dependsOn.readyExpr'
      : undefined,
    spec.upgrade?.preserveValues ? 'spec.upgrade.preserveValues' : undefined,
    spec.chartRef && spec.chartRef.kind !== 'HelmChart'
      ? `spec.chartRef.kind ${spec.chartRef.kind}`
      : undefined,
  ].find(Boolean);
}

/** Whether what is released has another name or place than what is asked for. */
function isElsewhere(object: FluxObject, chart: string): boolean {
  const { spec, status } = object;
  const [current]: Snapshot[] = status.history ?? [];
  if (!status.storageNamespace || !current) {
    return false;
  }
  const mayRename = spec.upgrade?.chartNameChangeStrategy === 'InPlace';
  return (
    status.storageNamespace !== storageNamespace(object) ||
    current.namespace !== releaseNamespace(object) ||
    current.name !== shortName(releaseName(object)) ||
    (current.chartName !== chart && !mayRename)
  );
}

/** Writes down what is being tried; failures of something else do not count any more. */
function recordAttempt({ object, chart, values }: HelmRequest): void {
  const { status } = object;
  const digest = configDigestOf(values);
  const wantsReset = takesRequest(
    object,
    'reconcile.fluxcd.io/resetAt',
    'lastHandledResetAt',
  );
  const isOther =
    status.lastAttemptedGeneration !== object.generation ||
    status.lastAttemptedRevision !== chart.metadata.version ||
    status.lastAttemptedConfigDigest !== digest;
  if (isOther || wantsReset) {
    clearFailures(object);
  }
  status.storageNamespace = storageNamespace(object);
  status.lastAttemptedGeneration = object.generation;
  status.lastAttemptedRevision = chart.metadata.version;
  status.lastAttemptedConfigDigest = digest;
}

/** helm-controller: installs and upgrades a chart as its HelmRelease says. */
export function helmReleaseReconciler(
  options: { healthPollMs?: number } = {},
): FluxReconciler {
  const healthPollMs = options.healthPollMs ?? 2000;
  const backoff = new Backoff();
  const byChart = new Index();

  async function reconcileRelease(
    object: FluxObject,
    context: ReconcileContext,
  ): Promise<ReconcileResult> {
    const { client, signal } = context;
    const { values, chart } = await prepare(object, context);
    const request = {
      object,
      values,
      chart,
      client,
      signal,
      healthPollMs,
      capabilities: await capabilitiesOf(client),
    };
    if (isElsewhere(object, chart.metadata.name)) {
      await uninstallRelease(request);
      clearFailures(object);
      object.status.history = undefined;
      object.status.storageNamespace = undefined;
      return { requeueAfterMs: 0 };
    }
    recordAttempt(request);
    return atomicRelease(request, backoff);
  }

  return {
    type: HELM_RELEASE,
    component: 'helm-controller',
    // Waiting for a release holds its place for as long as it takes.
    concurrency: 20,
    watches: [
      {
        type: HELM_CHART,
        map: (chart, previous) =>
          chart.status?.artifact?.revision ===
          previous?.status?.artifact?.revision
            ? []
            : byChart.get(keyOf(chart)),
      },
    ],
    finalize: async (object, { client, signal }) => {
      const { spec, status, namespace } = object;
      if (spec.suspend) {
        return;
      }
      const account = spec.serviceAccountName;
      const canImpersonate =
        !account ||
        (await client.get({
          apiVersion: 'v1',
          kind: 'ServiceAccount',
          namespace,
          name: account,
        }));
      // Without the account nothing may be deleted, e.g. when the whole namespace is going.
      if (status.storageNamespace && canImpersonate) {
        try {
          await uninstallRelease({
            object,
            client,
            signal,
            healthPollMs,
            capabilities: await capabilitiesOf(client),
          });
        } catch (error) {
          await object.patchStatus();
          throw error;
        }
      }
      await deleteChart(object, client);
    },
    reconcile: async (object, context) => {
      const { client, signal } = context;
      const unsupported = unsupportedField(object.spec);
      if (unsupported) {
        object.stalled(
          'NotSupported',
          `The sandbox does not support ${unsupported} of a HelmRelease`,
        );
        await object.patchStatus();
        return undefined;
      }
      await applyChart(object, client);
      if (object.status.helmChart || object.spec.chartRef) {
        byChart.set(object.key, [chartKey(object)]);
      }
      reconciling(object, 'Fulfilling prerequisites');
      await object.patchStatus();
      let result: ReconcileResult;
      try {
        result = await reconcileRelease(object, context);
      } catch (error) {
        if (signal.aborted) {
          return undefined;
        }
        if (!(error instanceof Obstacle)) {
          throw error;
        }
        const { reason, message, retryMs } = error;
        object.set('Ready', 'False', reason, message);
        if (reason === 'DependencyNotReady') {
          await object.event('Normal', reason, message);
        } else if (reason === 'ValuesError' || reason === 'ArtifactFailed') {
          await object.event('Warning', reason, message);
        }
        result = retryMs ? { requeueAfterMs: retryMs } : backoff.next(object);
      }
      object.handled();
      await object.patchStatus();
      return result;
    },
  };
}
