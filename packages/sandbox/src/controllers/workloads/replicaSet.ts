import type { KubernetesObject } from '../client';
import { keyOf, type Controller } from '../runtime';
import { EventRecorder } from './EventRecorder';
import {
  listOwned,
  POD,
  REPLICA_SET,
  specChanged,
  toController,
  writeStatus,
} from './owners';
import { isFinished, isReady, podFrom } from './podTemplate';

/** The ones that are least missed first: not ready, then the youngest. */
function victims(pods: KubernetesObject[]): KubernetesObject[] {
  return [...pods].sort((a, b) => {
    const ready = Number(isReady(a)) - Number(isReady(b));
    return (
      ready ||
      ((a.metadata.creationTimestamp ?? '') >
      (b.metadata.creationTimestamp ?? '')
        ? -1
        : 1)
    );
  });
}

/** Keeps as many pods as a ReplicaSet asks for. */
export function replicaSetController(): Controller {
  const events = new EventRecorder('replicaset-controller');
  return {
    name: 'replicaset',
    type: REPLICA_SET,
    watches: [{ type: POD, map: toController(REPLICA_SET) }],
    isDue: specChanged,
    async reconcile(key, context) {
      const { client } = context;
      const replicaSet = await client.get(key);
      if (!replicaSet || replicaSet.metadata.deletionTimestamp) {
        return;
      }
      let pods = (await listOwned(client, POD, replicaSet)).filter(
        pod => !isFinished(pod),
      );
      const wanted = replicaSet.spec.replicas ?? 1;
      for (let missing = wanted - pods.length; missing > 0; missing--) {
        const pod = await client.create(
          podFrom(replicaSet, replicaSet.spec.template),
        );
        pods.push(pod);
        await events.record(
          context,
          replicaSet,
          'Normal',
          'SuccessfulCreate',
          `Created pod: ${pod.metadata.name}`,
        );
      }
      for (const pod of victims(pods).slice(
        0,
        Math.max(0, pods.length - wanted),
      )) {
        await client.delete(keyOf({ ...pod, ...POD }));
        pods = pods.filter(other => other !== pod);
        await events.record(
          context,
          replicaSet,
          'Normal',
          'SuccessfulDelete',
          `Deleted pod: ${pod.metadata.name}`,
        );
      }

      const ready = pods.filter(isReady).length;
      await writeStatus(client, replicaSet, {
        ...(ready && { availableReplicas: ready, readyReplicas: ready }),
        ...(pods.length && { fullyLabeledReplicas: pods.length }),
        observedGeneration: replicaSet.metadata.generation,
        replicas: pods.length,
        terminatingReplicas: 0,
      });
    },
  };
}
