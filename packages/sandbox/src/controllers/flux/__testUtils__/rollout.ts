import { Controller, keyOf } from '../../runtime';

// Longer than a poll of the health check, so that the check has to wait.
const ROLLOUT_MS = 300;

/**
 * Stands in for Kubernetes: a Deployment becomes available, unless its name is `stuck`. That one
 * fails for good where its spec allows less than a minute, and is waited for otherwise.
 */
export const rollout: Controller = {
  name: 'rollout',
  type: { apiVersion: 'apps/v1', kind: 'Deployment' },
  isDue: (now, before) =>
    now.metadata.generation !== before.metadata.generation,
  reconcile: async (key, { client }) => {
    const object = await client.get(key);
    if (!object) {
      return;
    }
    const stuck = key.name === 'stuck';
    const { replicas = 1 } = object.spec;
    const failed = stuck && object.spec.progressDeadlineSeconds < 60;
    await new Promise(resolve => setTimeout(resolve, ROLLOUT_MS));
    await client.patch(
      keyOf(object),
      {
        status: {
          observedGeneration: object.metadata.generation,
          replicas,
          updatedReplicas: replicas,
          ...(stuck
            ? {}
            : { readyReplicas: replicas, availableReplicas: replicas }),
          conditions: [
            {
              type: 'Available',
              status: stuck ? 'False' : 'True',
              reason: 'MinimumReplicasAvailable',
            },
            {
              type: 'Progressing',
              status: failed ? 'False' : 'True',
              reason: failed
                ? 'ProgressDeadlineExceeded'
                : 'NewReplicaSetAvailable',
            },
          ],
        },
      },
      { subresource: 'status' },
    );
  },
};
