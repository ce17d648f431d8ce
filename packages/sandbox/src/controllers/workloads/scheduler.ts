import type { Controller } from '../runtime';
import { EventRecorder } from './EventRecorder';
import { POD } from './owners';
import { isFinished } from './podTemplate';

/** Binds every new pod to a node; all nodes fit. */
export function scheduler(): Controller {
  const events = new EventRecorder('default-scheduler');
  return {
    name: 'scheduler',
    type: POD,
    isDue: (pod, previous) => pod.metadata.uid !== previous.metadata.uid,
    async reconcile(key, context) {
      const { client } = context;
      const pod = await client.get(key);
      if (
        !pod ||
        pod.spec.nodeName ||
        pod.metadata.deletionTimestamp ||
        isFinished(pod)
      ) {
        return undefined;
      }
      const nodes = await client.list({ apiVersion: 'v1', kind: 'Node' });
      const usable = nodes.filter(node => !node.spec?.unschedulable);
      if (!usable.length) {
        await events.record(
          context,
          pod,
          'Warning',
          'FailedScheduling',
          nodes.length
            ? `0/${nodes.length} nodes are available: ${nodes.length} node(s) were unschedulable.`
            : 'no nodes available to schedule pods',
        );
        return { requeueAfterMs: 10_000 };
      }
      const node = usable[Math.floor(Math.random() * usable.length)];
      await client.create({
        apiVersion: 'v1',
        kind: 'Binding',
        metadata: { name: key.name, namespace: key.namespace },
        target: { apiVersion: 'v1', kind: 'Node', name: node.metadata.name },
      });
      await events.record(
        context,
        pod,
        'Normal',
        'Scheduled',
        `Successfully assigned ${key.namespace}/${key.name} to ${node.metadata.name}`,
      );
      return undefined;
    },
  };
}
