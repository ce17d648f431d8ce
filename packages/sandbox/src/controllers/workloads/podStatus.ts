import type { KubernetesObject } from '../client';
import { timestamp } from './owners';

export interface ContainerState {
  waiting?: { reason: string; message?: string };
  running?: { startedAt: string };
  terminated?: {
    exitCode: number;
    reason: string;
    startedAt?: string;
    finishedAt?: string;
  };
}

export interface ContainerStatus {
  name: string;
  image: string;
  imageID: string;
  containerID?: string;
  ready: boolean;
  started: boolean;
  restartCount: number;
  state: ContainerState;
  lastState: ContainerState;
}

export interface Container {
  name: string;
  image: string;
  readinessProbe?: { initialDelaySeconds?: number };
}

export const containersOf = (pod: KubernetesObject): Container[] =>
  pod.spec.containers ?? [];

export const containerStatusesOf = (pod: KubernetesObject): ContainerStatus[] =>
  pod.status?.containerStatuses ?? [];

// Pods get addresses that look like a node's pod range and stay the same over a restart.
function podAddress(uid: string): string {
  const number = parseInt(uid.replace(/-/g, '').slice(0, 4), 16);
  return `10.244.${(number >> 8) & 0xff}.${number & 0xff || 1}`;
}

/** A pod's status around what its containers are at. */
export function podStatus(
  pod: KubernetesObject,
  phase: 'Pending' | 'Running' | 'Succeeded',
  containers: ContainerStatus[],
): Record<string, unknown> {
  const now = timestamp();
  const before: any[] = pod.status?.conditions ?? [];
  const ready = containers.every(container => container.ready);
  const waiting = containers.filter(c => !c.ready).map(c => c.name);
  const why =
    phase === 'Succeeded'
      ? { reason: 'PodCompleted' }
      : {
          reason: 'ContainersNotReady',
          message: `containers with unready status: [${waiting.join(' ')}]`,
        };
  const condition = (type: string, holds: boolean, reason: object = {}) => {
    const status = holds ? 'True' : 'False';
    const old = before.find(candidate => candidate.type === type);
    return {
      lastProbeTime: null,
      lastTransitionTime: old?.status === status ? old.lastTransitionTime : now,
      ...(!holds && reason),
      status,
      type,
    };
  };
  const started = phase !== 'Pending';
  const address = podAddress(pod.metadata.uid ?? '');
  return {
    ...pod.status,
    conditions: [
      condition('PodReadyToStartContainers', started),
      condition('Initialized', true),
      condition('Ready', ready, why),
      condition('ContainersReady', ready, why),
      condition('PodScheduled', true),
    ],
    containerStatuses: containers,
    hostIP: '127.0.0.1',
    hostIPs: [{ ip: '127.0.0.1' }],
    phase,
    ...(started && { podIP: address, podIPs: [{ ip: address }] }),
    startTime: pod.status?.startTime ?? now,
  };
}
