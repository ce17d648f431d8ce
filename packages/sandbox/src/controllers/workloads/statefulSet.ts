import type { KubernetesObject } from '../client';
import { keyOf, type Controller } from '../runtime';
import { EventRecorder } from './EventRecorder';
import {
  listOwned,
  POD,
  specChanged,
  toController,
  writeStatus,
} from './owners';
import { isReady, podFrom, templateHash, withLabel } from './podTemplate';

const STATEFUL_SET = { apiVersion: 'apps/v1', kind: 'StatefulSet' };
const REVISION = 'controller-revision-hash';

const ordinalOf = (pod: KubernetesObject) =>
  Number(/-(\d+)$/.exec(pod.metadata.name)?.[1] ?? -1);

/** Keeps pods with stable names, one after the other, and renews them from the last to the first. */
export function statefulSetController(): Controller {
  const events = new EventRecorder('statefulset-controller');
  return {
    name: 'statefulset',
    type: STATEFUL_SET,
    watches: [{ type: POD, map: toController(STATEFUL_SET) }],
    isDue: specChanged,
    async reconcile(key, context) {
      const { client } = context;
      const set = await client.get(key);
      if (!set || set.metadata.deletionTimestamp) {
        return;
      }
      const revision = `${key.name}-${templateHash(set.spec.template)}`;
      const template = withLabel(set.spec.template, REVISION, revision);
      const wanted: number = set.spec.replicas ?? 1;
      const parallel = set.spec.podManagementPolicy === 'Parallel';
      const pods = new Map(
        (await listOwned(client, POD, set)).map(pod => [ordinalOf(pod), pod]),
      );
      const isCurrent = (pod: KubernetesObject) =>
        pod.metadata.labels?.[REVISION] === revision;
      const remove = async (pod: KubernetesObject) => {
        await client.delete(keyOf({ ...pod, ...POD }));
        pods.delete(ordinalOf(pod));
        await events.record(
          context,
          set,
          'Normal',
          'SuccessfulDelete',
          `delete Pod ${pod.metadata.name} in StatefulSet ${key.name} successful`,
        );
      };

      for (let ordinal = 0; ordinal < wanted; ordinal++) {
        const existing = pods.get(ordinal);
        if (!existing) {
          const name = `${key.name}-${ordinal}`;
          const pod = await client.create(podFrom(set, template, name));
          pods.set(ordinal, pod);
          await events.record(
            context,
            set,
            'Normal',
            'SuccessfulCreate',
            `create Pod ${name} in StatefulSet ${key.name} successful`,
          );
        }
        if (!parallel && !isReady(pods.get(ordinal)!)) {
          break;
        }
      }
      const surplus = [...pods.values()]
        .filter(pod => ordinalOf(pod) >= wanted)
        .sort((a, b) => ordinalOf(b) - ordinalOf(a));
      for (const pod of surplus) {
        await remove(pod);
      }
      const complete = pods.size === wanted;
      const outdated = [...pods.values()]
        .filter(pod => !isCurrent(pod))
        .sort((a, b) => ordinalOf(b) - ordinalOf(a))[0];
      const othersReady = [...pods.values()].every(
        pod => pod === outdated || isReady(pod),
      );
      if (
        outdated &&
        complete &&
        othersReady &&
        set.spec.updateStrategy?.type !== 'OnDelete'
      ) {
        await remove(outdated);
      }

      const all = [...pods.values()];
      const updated = all.filter(isCurrent).length;
      const done = updated === wanted;
      const ready = all.filter(isReady).length;
      await writeStatus(client, set, {
        availableReplicas: ready,
        collisionCount: 0,
        currentReplicas: done ? wanted : all.length - updated,
        currentRevision: done
          ? revision
          : set.status?.currentRevision ?? revision,
        observedGeneration: set.metadata.generation,
        ...(ready && { readyReplicas: ready }),
        replicas: all.length,
        updateRevision: revision,
        ...(updated && { updatedReplicas: updated }),
      });
    },
  };
}
