import type { KubernetesObject } from '../client';
import { keyOf, type Controller } from '../runtime';
import {
  listOwned,
  POD,
  specChanged,
  toController,
  writeStatus,
} from './owners';
import { isReady, podFrom, templateHash, withLabel } from './podTemplate';

const DAEMON_SET = { apiVersion: 'apps/v1', kind: 'DaemonSet' };
const REVISION = 'controller-revision-hash';

/** Keeps a pod of the current template on every node, renewing them one at a time. */
export function daemonSetController(): Controller {
  return {
    name: 'daemonset',
    type: DAEMON_SET,
    watches: [{ type: POD, map: toController(DAEMON_SET) }],
    isDue: specChanged,
    async reconcile(key, context) {
      const { client } = context;
      const set = await client.get(key);
      if (!set || set.metadata.deletionTimestamp) {
        return;
      }
      const revision = templateHash(set.spec.template);
      const template = withLabel(set.spec.template, REVISION, revision);
      const nodes = await client.list({ apiVersion: 'v1', kind: 'Node' });
      const pods = await listOwned(client, POD, set);
      const isCurrent = (pod: KubernetesObject) =>
        pod.metadata.labels?.[REVISION] === revision;

      for (const node of nodes) {
        const nodeName = node.metadata.name;
        if (!pods.some(pod => pod.spec.nodeName === nodeName)) {
          const pod = podFrom(set, template);
          pod.spec.nodeName = nodeName;
          pods.push(await client.create(pod));
        }
      }
      const outdated = pods.find(pod => !isCurrent(pod));
      if (outdated && pods.every(pod => pod === outdated || isReady(pod))) {
        await client.delete(keyOf({ ...outdated, ...POD }));
        pods.splice(pods.indexOf(outdated), 1);
      }

      const ready = pods.filter(isReady).length;
      const updated = pods.filter(isCurrent).length;
      await writeStatus(client, set, {
        currentNumberScheduled: pods.length,
        desiredNumberScheduled: nodes.length,
        ...(ready && { numberAvailable: ready }),
        numberMisscheduled: 0,
        numberReady: ready,
        ...(nodes.length > ready && {
          numberUnavailable: nodes.length - ready,
        }),
        observedGeneration: set.metadata.generation,
        ...(updated && { updatedNumberScheduled: updated }),
      });
    },
  };
}
