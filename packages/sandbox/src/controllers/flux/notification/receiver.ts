import { createHash } from 'node:crypto';
import { Backoff, FluxReconciler } from '../lib/controller';
import { formatDuration, parseDuration } from '../lib/duration';
import { isWebhookType } from './validation';
import type { Webhooks } from './webhooks';

export const RECEIVER = {
  apiVersion: 'notification.toolkit.fluxcd.io/v1',
  kind: 'Receiver',
};

/** `status.webhookPath`: a hash that only who knows the token can compute. */
export function webhookPath(
  object: { name: string; namespace: string },
  token: string,
): string {
  const hash = createHash('sha256')
    .update(`${token}${object.name}${object.namespace}`)
    .digest('hex');
  return `/hook/${hash}`;
}

/** The part of the spec that the sandbox leaves out, if the object has it. */
function unsupportedPart(spec: any): string | undefined {
  if (!isWebhookType(spec.type)) {
    return `Receivers of type ${spec.type}`;
  }
  const filtered =
    spec.resourceFilter ||
    (spec.resources ?? []).some((resource: any) => resource.filter);
  return filtered ? 'filters of a Receiver' : undefined;
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
      const unsupported = unsupportedPart(spec);
      if (unsupported) {
        object.stalled(
          'NotSupported',
          `The sandbox does not support ${unsupported}`,
        );
        await object.patchStatus();
        return undefined;
      }
      const intervalMs = parseDuration(spec.interval, 600_000);
      const secret = await client.get({
        apiVersion: 'v1',
        kind: 'Secret',
        namespace: object.namespace,
        name: spec.secretRef?.name ?? '',
      });
      const token = secret?.data?.token;
      if (token === undefined) {
        const id = `${object.namespace}/${spec.secretRef?.name}`;
        const message = secret
          ? `invalid '${id}' secret data: required fields 'token'`
          : `unable to read token from secret '${id}' error: secrets "${spec.secretRef?.name}" not found`;
        webhooks.remove(object.key);
        object.set(
          'Reconciling',
          'True',
          'Progressing',
          'Reconciliation in progress',
        );
        object.failed('TokenNotFound', message);
        object.status.webhookPath = undefined;
        object.handled();
        await object.patchStatus();
        await object.event('Warning', 'Failed', message);
        return backoff.next(object);
      }
      backoff.reset(object);
      const secretToken = Buffer.from(token, 'base64').toString();
      const path = webhookPath(object, secretToken);
      webhooks.set(path, {
        key: object.key,
        client,
        token: secretToken,
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
