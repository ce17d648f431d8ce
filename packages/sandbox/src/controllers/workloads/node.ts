import type { KubernetesClient } from '../client';
import { timestamp } from './owners';

const resources = {
  cpu: '8',
  memory: '32Gi',
  pods: '200',
  'ephemeral-storage': '100Gi',
};

/** Adds a node that takes every pod, as a kubelet does when it starts. */
export async function registerNode(
  client: KubernetesClient,
  name: string,
): Promise<void> {
  const key = { apiVersion: 'v1', kind: 'Node', name };
  await client.apply(
    {
      apiVersion: 'v1',
      kind: 'Node',
      metadata: {
        name,
        labels: {
          'kubernetes.io/hostname': name,
          'kubernetes.io/os': 'linux',
          'kubernetes.io/arch': 'amd64',
        },
      },
    },
    { fieldManager: 'kubelet', force: true },
  );
  const now = timestamp();
  await client.patch(
    key,
    {
      status: {
        capacity: resources,
        allocatable: resources,
        conditions: [
          {
            type: 'Ready',
            status: 'True',
            reason: 'KubeletReady',
            message: 'kubelet is posting ready status',
            lastHeartbeatTime: now,
            lastTransitionTime: now,
          },
        ],
      },
    },
    { subresource: 'status', fieldManager: 'kubelet' },
  );
  // Admission puts not-ready on every new node; the controller that takes it off needs heartbeats
  await client.patch(
    key,
    { spec: { taints: null } },
    { fieldManager: 'kubelet' },
  );
}
