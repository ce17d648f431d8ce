import { createHash } from 'node:crypto';
import type { FluxReconciler } from '../lib/controller';
import { formatDuration, parseDuration } from '../lib/duration';
import type { FluxObject } from '../lib/FluxObject';
import type { Webhooks } from './webhooks';

export const RECEIVER = {
  apiVersion: 'notification.toolkit.fluxcd.io/v1',
  kind: 'Receiver',
};

/** Types of webhook that the sandbox would answer. */
const TYPES = ['generic', 'github'];

/** `status.webhookPath`: a hash that only who knows the token can compute. */
export function webhookPath(object: FluxObject, token: string): string {
  const hash = createHash('sha256')
    .update(`${token}${object.name}${object.namespace}`)
    .digest('hex');
  return `/hook/${hash}`;
}

/** notification-controller's Receiver: the status, and where its webhook is. */
export function receiverReconciler(webhooks: Webhooks): FluxReconciler {
  return {
    type: RECEIVER,
    component: 'notification-controller',
    finalize: async object => webhooks.remove(object.key),
    reconcile: async (object, { client }) => {
      const { spec } = object;
      if (!TYPES.includes(spec.type)) {
        object.stalled(
          'NotSupported',
          `The sandbox does not support Receivers of type ${spec.type}`,
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
      if (!token) {
        const message = secret
          ? `invalid "token" in secret '${object.namespace}/${spec.secretRef.name}'`
          : `unable to read token from secret '${object.namespace}/${spec.secretRef?.name}' error: secrets "${spec.secretRef?.name}" not found`;
        object.failed('TokenNotFound', message);
        object.handled();
        await object.patchStatus();
        await object.event('Warning', 'TokenNotFound', message);
        return { requeueAfterMs: Math.min(intervalMs, 60_000) };
      }
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
