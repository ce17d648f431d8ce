import { Controller, keyOf } from '../../../runtime';

/** Stands in for Kubernetes: a Deployment becomes available, unless its image is called broken. */
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
    const { replicas, template } = object.spec;
    const works = !template.spec.containers[0].image.includes('broken');
    const ready = works
      ? { readyReplicas: replicas, availableReplicas: replicas }
      : {};
    await client.patch(
      keyOf(object),
      {
        status: {
          observedGeneration: object.metadata.generation,
          replicas,
          updatedReplicas: replicas,
          ...ready,
          conditions: [
            { type: 'Available', status: works ? 'True' : 'False' },
            {
              type: 'Progressing',
              status: works ? 'True' : 'False',
              reason: works
                ? 'NewReplicaSetAvailable'
                : 'ProgressDeadlineExceeded',
            },
          ],
        },
      },
      { subresource: 'status' },
    );
  },
};
