import type { ObjectKey } from '../../client';
import { keyOf, ReconcileContext } from '../../runtime';
import { formatDuration } from '../lib/duration';
import { FluxObject, REQUESTED_AT } from '../lib/FluxObject';
import type { ApplyResult } from './apply';
import { HealthCheckError, waitUntilHealthy } from './healthChecks';
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

/** Whether something newer is to be applied than what is being waited for. */
function obsolescence(
  object: FluxObject,
  revision: string,
  { client }: ReconcileContext,
): () => Promise<boolean> {
  const { generation, requestedAt } = object;
  return async () => {
    const current = await client.get(object.key);
    const latest = await resolveSource(object, client).catch(() => undefined);
    const { metadata } = current ?? {};
    return (
      !metadata ||
      metadata.generation !== generation ||
      metadata.deletionTimestamp !== undefined ||
      metadata.annotations?.[REQUESTED_AT] !== requestedAt ||
      (latest !== undefined && latest.artifact.revision !== revision)
    );
  };
}

/** Waits for health where the Kustomization asks for it, saying so on the object. */
export async function checkHealth(
  object: FluxObject,
  results: ApplyResult[],
  options: { revision: string; pollMs: number; context: ReconcileContext },
): Promise<void> {
  const { revision, pollMs, context } = options;
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
      isObsolete: obsolescence(object, revision, context),
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
  if (!wasHealthy || results.some(({ action }) => action !== 'unchanged')) {
    await object.event('Normal', 'Progressing', passed, {
      [REVISION]: revision,
    });
  }
}
