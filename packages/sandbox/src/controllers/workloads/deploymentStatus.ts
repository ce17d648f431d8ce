import type { KubernetesObject } from '../client';
import { timestamp } from './owners';

export interface DeploymentCondition {
  type: string;
  status: 'True' | 'False';
  reason: string;
  message: string;
  lastUpdateTime: string;
  lastTransitionTime: string;
}

const find = (conditions: DeploymentCondition[], type: string) =>
  conditions.find(condition => condition.type === type);

/**
 * Puts a condition at the end, unless it says the same as before. `touch` counts it as news in any
 * case: a rollout that advances is as of now.
 */
export function setCondition(
  conditions: DeploymentCondition[],
  type: string,
  status: 'True' | 'False',
  reason: string,
  message: string,
  touch = false,
): DeploymentCondition[] {
  const current = find(conditions, type);
  if (!touch && current?.status === status && current.reason === reason) {
    return conditions;
  }
  const now = timestamp();
  return [
    ...conditions.filter(condition => condition.type !== type),
    {
      lastTransitionTime:
        current?.status === status ? current.lastTransitionTime : now,
      lastUpdateTime: now,
      message,
      reason,
      status,
      type,
    },
  ];
}

const sum = (
  objects: KubernetesObject[],
  value: (object: KubernetesObject) => number | undefined,
) => objects.reduce((total, object) => total + (value(object) ?? 0), 0);

export interface Rollout {
  deployment: KubernetesObject;
  current?: KubernetesObject;
  all: KubernetesObject[];
  maxUnavailable: number;
}

/** A Deployment's status as its ReplicaSets have it, and when to look again for the deadline. */
export function deploymentStatus({
  deployment,
  current,
  all,
  maxUnavailable,
}: Rollout): { status: Record<string, any>; requeueAfterMs?: number } {
  const { spec, metadata } = deployment;
  const before = deployment.status ?? {};
  const wanted: number = spec.replicas;
  const counts = {
    replicas: sum(all, set => set.status?.replicas),
    updatedReplicas: current?.status?.replicas ?? 0,
    readyReplicas: sum(all, set => set.status?.readyReplicas),
    availableReplicas: sum(all, set => set.status?.availableReplicas),
    unavailableReplicas: 0,
  };
  counts.unavailableReplicas = Math.max(
    0,
    sum(all, set => set.spec.replicas) - counts.availableReplicas,
  );

  let conditions = [...(before.conditions ?? [])] as DeploymentCondition[];
  conditions =
    counts.availableReplicas >= wanted - maxUnavailable
      ? setCondition(
          conditions,
          'Available',
          'True',
          'MinimumReplicasAvailable',
          'Deployment has minimum availability.',
        )
      : setCondition(
          conditions,
          'Available',
          'False',
          'MinimumReplicasUnavailable',
          'Deployment does not have minimum availability.',
        );

  let requeueAfterMs: number | undefined;
  const progressing = find(conditions, 'Progressing');
  const settled =
    counts.replicas === counts.updatedReplicas &&
    progressing?.reason === 'NewReplicaSetAvailable';
  if (!settled && !spec.paused && current) {
    const name = `ReplicaSet "${current.metadata.name}"`;
    const complete =
      counts.updatedReplicas === wanted &&
      counts.replicas === wanted &&
      counts.availableReplicas === wanted;
    const old = (status: any) =>
      (status.replicas ?? 0) - (status.updatedReplicas ?? 0);
    const advanced =
      counts.updatedReplicas > (before.updatedReplicas ?? 0) ||
      old(counts) < old(before) ||
      counts.readyReplicas > (before.readyReplicas ?? 0) ||
      counts.availableReplicas > (before.availableReplicas ?? 0);
    const deadlineMs = (spec.progressDeadlineSeconds ?? 600) * 1000;
    // A rollout that follows a finished one starts its own clock.
    const since =
      progressing && progressing.reason !== 'NewReplicaSetAvailable'
        ? Date.parse(progressing.lastUpdateTime)
        : Date.now();
    const remaining = since + deadlineMs - Date.now();
    if (complete) {
      conditions = setCondition(
        conditions,
        'Progressing',
        'True',
        'NewReplicaSetAvailable',
        `${name} has successfully progressed.`,
      );
    } else if (advanced || progressing?.reason === 'NewReplicaSetAvailable') {
      conditions = setCondition(
        conditions,
        'Progressing',
        'True',
        'ReplicaSetUpdated',
        `${name} is progressing.`,
        true,
      );
      requeueAfterMs = deadlineMs;
    } else if (remaining <= 0) {
      conditions = setCondition(
        conditions,
        'Progressing',
        'False',
        'ProgressDeadlineExceeded',
        `${name} has timed out progressing.`,
      );
    } else {
      requeueAfterMs = remaining + 1000;
    }
  }

  return {
    requeueAfterMs,
    status: {
      ...Object.fromEntries(
        Object.entries(counts).filter(([, count]) => count > 0),
      ),
      conditions,
      observedGeneration: metadata.generation,
      terminatingReplicas: 0,
    },
  };
}
