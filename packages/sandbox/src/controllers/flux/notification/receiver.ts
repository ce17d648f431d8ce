import { createHash } from 'node:crypto';
import type { KubernetesClient } from '../../client';
import { Backoff, FluxReconciler } from '../lib/controller';
import { formatDuration, parseDuration } from '../lib/duration';
import type { FluxObject } from '../lib/FluxObject';
import { checkProviders } from './oidcProviders';
import { checkFilters } from './resourceFilters';
import { isWebhookType } from './validation';
import type { Webhooks } from './webhooks';

export const RECEIVER = {
  apiVersion: 'notification.toolkit.fluxcd.io/v1',
  kind: 'Receiver',
};

/** `status.webhookPath`: a hash that only who knows the token can compute; of type generic-oidc it is empty. */
export function webhookPath(
  object: { name: string; namespace: string },
  token: string,
): string {
  const hash = createHash('sha256')
    .update(`${token}${object.name}${object.namespace}`)
    .digest('hex');
  return `/hook/${hash}`;
}

/** What only a change of the Receiver can mend, with the reason that Flux gives for it. */
function problemOf(spec: any): { reason: string; message: string } | undefined {
  if (!isWebhookType(spec.type)) {
    return {
      reason: 'NotSupported',
      message: `The sandbox does not support Receivers of type ${spec.type}`,
    };
  }
  const checks: [string, () => void][] = [
    ['InvalidCELExpression', () => checkFilters(spec)],
    ['ValidationFailed', () => checkOidcSpec(spec)],
    ['InvalidCELExpression', () => checkProviders(spec.oidcProviders ?? [])],
  ];
  for (const [reason, check] of checks) {
    try {
      check();
    } catch (error) {
      return {
        reason,
        message: `Reconciliation failed terminally due to configuration error: ${
          (error as Error).message
        }`,
      };
    }
  }
  return undefined;
}

/** Throws when a secret or providers are there for a type that has no use for them, or the other way round. */
function checkOidcSpec({ type, oidcProviders = [], secretRef }: any): void {
  const isOidc = type === 'generic-oidc';
  const problems: [boolean, string][] = [
    [
      isOidc && oidcProviders.length === 0,
      'generic-oidc receiver requires at least one oidcProvider',
    ],
    [
      !isOidc && oidcProviders.length > 0,
      'oidcProviders can only be set when type is generic-oidc',
    ],
    [
      isOidc && secretRef !== undefined,
      'secretRef cannot be set when type is generic-oidc',
    ],
    [
      !isOidc && secretRef === undefined,
      'secretRef is required when type is not generic-oidc',
    ],
    ...oidcProviders.map(
      ({ issuerURL, validations = [] }: any, i: number): [boolean, string] => [
        validations.length === 0,
        `oidcProviders[${i}] (issuerURL="${issuerURL}"): at least one validation is required`,
      ],
    ),
  ];
  const [, problem] = problems.find(([isSo]) => isSo) ?? [];
  if (problem) {
    throw new Error(problem);
  }
}

/** The token of the Receiver's Secret, or why there is none; without a Secret it is empty. */
async function tokenOf(
  client: KubernetesClient,
  { namespace, spec }: FluxObject,
): Promise<{ token: string } | { problem: string }> {
  if (!spec.secretRef) {
    return { token: '' };
  }
  const { name } = spec.secretRef;
  const secret = await client.get({
    apiVersion: 'v1',
    kind: 'Secret',
    namespace,
    name,
  });
  const token = secret?.data?.token;
  if (token !== undefined) {
    return { token: Buffer.from(token, 'base64').toString() };
  }
  const id = `${namespace}/${name}`;
  return {
    problem: secret
      ? `invalid '${id}' secret data: required fields 'token'`
      : `unable to read token from secret '${id}' error: secrets "${name}" not found`,
  };
}

/** notification-controller's Receiver: the status, and where its webhook is. */
export function receiverReconciler(webhooks: Webhooks): FluxReconciler {
  const backoff = new Backoff();
  return {
    type: RECEIVER,
    component: 'notification-controller',
    finalize: async object => webhooks.remove(object.key),
    reconcile: async (object, { client }) => {
      const { spec } = object;
      const problem = problemOf(spec);
      if (problem) {
        const { reason, message } = problem;
        object.stalled(reason, message);
        await object.patchStatus();
        await object.event('Warning', reason, message);
        return undefined;
      }
      const intervalMs = parseDuration(spec.interval, 600_000);
      const found = await tokenOf(client, object);
      if ('problem' in found) {
        webhooks.remove(object.key);
        object.set(
          'Reconciling',
          'True',
          'Progressing',
          'Reconciliation in progress',
        );
        object.failed('TokenNotFound', found.problem);
        object.status.webhookPath = undefined;
        object.handled();
        await object.patchStatus();
        await object.event('Warning', 'Failed', found.problem);
        return backoff.next(object);
      }
      backoff.reset(object);
      const path = webhookPath(object, found.token);
      webhooks.set(path, {
        key: object.key,
        client,
        token: found.token,
        spec,
      });
      object.status.webhookPath = path;
      object.succeeded('Succeeded', `Receiver initialized for path: ${path}`);
      object.handled();
      await object.patchStatus();
      await object.event(
        'Normal',
        'Succeeded',
        `Reconciliation finished, next run in ${formatDuration(intervalMs)}`,
      );
      return { requeueAfterMs: intervalMs };
    },
  };
}
