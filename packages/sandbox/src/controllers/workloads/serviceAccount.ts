import { KubernetesApiError } from '../client';
import type { Controller } from '../runtime';

const NAMESPACE = { apiVersion: 'v1', kind: 'Namespace' };
const SERVICE_ACCOUNT = { apiVersion: 'v1', kind: 'ServiceAccount' };

/** Gives every namespace its `default` ServiceAccount, again when it is deleted. */
export function serviceAccountController(): Controller {
  return {
    name: 'serviceaccount',
    type: NAMESPACE,
    watches: [
      {
        type: SERVICE_ACCOUNT,
        map: ({ metadata }) =>
          metadata.name === 'default' && metadata.namespace
            ? [{ ...NAMESPACE, name: metadata.namespace }]
            : [],
      },
    ],
    async reconcile(key, { client }) {
      const namespace = await client.get(key);
      if (!namespace || namespace.metadata.deletionTimestamp) {
        return;
      }
      const account = {
        ...SERVICE_ACCOUNT,
        namespace: key.name,
        name: 'default',
      };
      if (await client.get(account)) {
        return;
      }
      try {
        await client.create({
          ...SERVICE_ACCOUNT,
          metadata: { name: 'default', namespace: key.name },
        });
      } catch (error) {
        // A real cluster's own controller may have been quicker.
        if (!(error instanceof KubernetesApiError && error.status === 409)) {
          throw error;
        }
      }
    },
  };
}
