import type { KubernetesClient, ObjectKey } from '../../client';
import type { CustomReadiness } from './healthCheckExprs';
import { Readiness, readinessOf } from './readiness';

/** The health checks ended badly; the message is Flux's. */
export class HealthCheckError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'HealthCheckError';
  }
}

/** What made a health check end early. */
export interface Trigger {
  kind: string;
  namespace: string;
  name: string;
}

/** Something newer is to be applied, or the controllers are stopping (then without a trigger). */
export class HealthCheckCanceled extends Error {
  readonly trigger: Trigger | undefined;

  constructor(trigger?: Trigger) {
    super('health checks canceled');
    this.trigger = trigger;
    this.name = 'HealthCheckCanceled';
  }
}

interface Options {
  client: KubernetesClient;
  timeoutMs: number;
  pollMs: number;
  signal: AbortSignal;
  /** Asked at every poll where a wait may be canceled. */
  canceledBy?: () => Promise<Trigger | undefined>;
  customReadiness?: CustomReadiness;
}

function describe(states: { key: ObjectKey; readiness: Readiness }[]): string {
  return `[${states
    .map(
      ({ key, readiness }) =>
        `${[key.kind, key.namespace, key.name]
          .filter(Boolean)
          .join('/')} status: '${readiness}'`,
    )
    .join(', ')}]`;
}

/** Waits until all objects are current. One that has failed for good ends the wait at once. */
export async function waitUntilHealthy(
  keys: ObjectKey[],
  { client, timeoutMs, pollMs, signal, canceledBy, customReadiness }: Options,
): Promise<void> {
  const deadline = Date.now() + timeoutMs;
  for (;;) {
    const states = await Promise.all(
      keys.map(async key => {
        const object = await client.get(key);
        const readiness =
          (object && customReadiness?.(object)) ?? readinessOf(object);
        return { key, readiness };
      }),
    );
    const failed = states.filter(({ readiness }) => readiness === 'Failed');
    if (failed.length > 0) {
      throw new HealthCheckError(
        `failed early due to stalled resources: ${describe(failed)}`,
      );
    }
    const waiting = states.filter(({ readiness }) => readiness !== 'Current');
    if (waiting.length === 0) {
      return;
    }
    const trigger = await canceledBy?.();
    if (signal.aborted || trigger) {
      throw new HealthCheckCanceled(trigger);
    }
    const left = deadline - Date.now();
    if (left <= 0) {
      throw new HealthCheckError(`timeout waiting for: ${describe(waiting)}`);
    }
    await new Promise<void>(resolve => {
      const timer = setTimeout(done, Math.min(pollMs, left));
      function done() {
        clearTimeout(timer);
        signal.removeEventListener('abort', done);
        resolve();
      }
      signal.addEventListener('abort', done);
    });
  }
}
