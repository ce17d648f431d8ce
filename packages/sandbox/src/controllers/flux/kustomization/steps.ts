import type { KubernetesClient } from '../../client';
import { parseDuration } from '../lib/duration';
import type { FluxObject } from '../lib/FluxObject';

/** The annotation of Events that says which revision they are about. */
export const REVISION = 'kustomize.toolkit.fluxcd.io/revision';

/** A step failed, with the reason that Flux gives to failures of that step. */
export class StepError extends Error {
  readonly reason: string;

  constructor(reason: string, message: string) {
    super(message);
    this.reason = reason;
    this.name = 'StepError';
  }
}

/** Runs a step; what it throws becomes a StepError. */
export function step<T>(reason: string, run: () => Promise<T>): Promise<T> {
  return run().catch(error => {
    throw new StepError(reason, (error as Error).message);
  });
}

/** Says on the object what is being done now. */
export function say(object: FluxObject, message: string, timeout: string) {
  object.remove('Stalled');
  object.set(
    'Reconciling',
    'True',
    'Progressing',
    `${message} with a timeout of ${timeout}`,
  );
  object.set('Ready', 'Unknown', 'Progressing', 'Reconciliation in progress');
  return object.patchStatus();
}

/** Whoever the Kustomization applies as. */
export function applier(object: FluxObject, client: KubernetesClient) {
  const account = object.spec.serviceAccountName;
  return account
    ? client.impersonate(`system:serviceaccount:${object.namespace}:${account}`)
    : client;
}

/** How long applying may take. */
export function timeoutOf(object: FluxObject): number {
  // Without a timeout Flux takes the interval less half a minute for the way back.
  const interval = parseDuration(object.spec.interval, 600_000);
  return parseDuration(
    object.spec.timeout,
    Math.max(30_000, interval - 30_000),
  );
}

/** When a failure is tried again. */
export function retryOf(object: FluxObject): number {
  return parseDuration(
    object.spec.retryInterval,
    parseDuration(object.spec.interval, 600_000),
  );
}
