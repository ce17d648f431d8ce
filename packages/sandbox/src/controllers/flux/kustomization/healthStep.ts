import type { ObjectKey } from '../../client';
import { keyOf, ReconcileContext } from '../../runtime';
import { formatDuration } from '../lib/duration';
import { FluxObject, REQUESTED_AT } from '../lib/FluxObject';
import type { ApplyResult } from './apply';
import { customReadiness } from './healthCheckExprs';
import { HealthCheckError, Trigger, waitUntilHealthy } from './healthChecks';
import { resolveSource } from './source';
import { REVISION, say, StepError, timeoutOf } from './steps';

// Less is not enough for most rollouts, so Flux takes that at least.
const LEAST_TIMEOUT_MS = 30_000;

/** What has to be healthy: everything that was applied, or what the spec names. */
function checkedKeys(object: FluxObject, results: ApplyResult[]): ObjectKey[] {
  const { spec } = object;
  return spec.wait
    ? results.map(result => keyOf(result.object))
    : (spec.healthChecks ?? []).map((check: any) => ({
        apiVersion: check.apiVersion,
        kind: check.kind,
        name: check.name,
        namespace: check.namespace || object.namespace,
      }));
}

/** Looks for something newer to be applied than what is being waited for. */
function cancellation(
  object: FluxObject,
  revision: string,
  { client }: ReconcileContext,
): () => Promise<Trigger | undefined> {
  const { generation, requestedAt, namespace, name } = object;
  return async () => {
    const { metadata } = (await client.get(object.key)) ?? {};
    if (
      metadata?.generation !== generation ||
      metadata.annotations?.[REQUESTED_AT] !== requestedAt
    ) {
      return { kind: object.key.kind, namespace, name };
    }
    const latest = await resolveSource(object, client).catch(() => undefined);
    return latest && latest.artifact.revision !== revision
      ? {
          kind: object.spec.sourceRef.kind,
          namespace: object.spec.sourceRef.namespace || namespace,
          name: object.spec.sourceRef.name,
        }
      : undefined;
  };
}

/** Waits for health where the Kustomization asks for it, saying so on the object. */
export async function checkHealth(
  object: FluxObject,
  results: ApplyResult[],
  options: {
    revision: string;
    pollMs: number;
    /** Whether something newer ends the wait. */
    cancels: boolean;
    context: ReconcileContext;
  },
): Promise<void> {
  const { revision, pollMs, cancels, context } = options;
  const keys = checkedKeys(object, results);
  if (keys.length === 0) {
    object.remove('Healthy');
    return;
  }
  const timeoutMs = Math.max(LEAST_TIMEOUT_MS, timeoutOf(object));
  const timeout = formatDuration(timeoutMs);
  const message = `Running health checks for revision ${revision}`;
  const wasHealthy = object.condition('Healthy')?.status === 'True';
  object.set(
    'Healthy',
    'Unknown',
    'Progressing',
    `${message} with a timeout of ${timeout}`,
  );
  await say(object, message, timeout);

  const started = performance.now();
  const took = () => formatDuration(performance.now() - started);
  try {
    await waitUntilHealthy(keys, {
      client: context.client,
      signal: context.signal,
      pollMs,
      timeoutMs,
      customReadiness: customReadiness(object.spec),
      canceledBy: cancels ? cancellation(object, revision, context) : undefined,
    });
  } catch (error) {
    if (error instanceof HealthCheckError) {
      object.set('Healthy', 'False', 'HealthCheckFailed', error.message);
      throw new StepError(
        'HealthCheckFailed',
        `health check failed after ${took()}: ${error.message}`,
      );
    }
    throw error;
  }
  const passed = `Health check passed in ${took()}`;
  object.set('Healthy', 'True', 'Succeeded', passed);
  await object.patchStatus();
  const isNew = object.status.lastAppliedRevision !== revision;
  const drifted = results.some(
    ({ action }) => action === 'created' || action === 'configured',
  );
  if (!wasHealthy || (isNew && drifted)) {
    await object.event('Normal', 'Progressing', passed, {
      [REVISION]: revision,
    });
  }
}
