import { compact, list, message, num, rec, str, time, type Raw } from '../raw';
import type { PodProjection, WorkloadProjection } from './types';

function images(podSpec: Raw): WorkloadProjection['images'] {
  return list(podSpec.containers, 32).flatMap(c => {
    const image = str(rec(c).image);
    return image ? [{ container: str(rec(c).name) ?? '', image }] : [];
  });
}

function template(object: Raw, kind: string): Raw {
  const spec = rec(object.spec);
  if (kind === 'Pod') return spec;
  const owner = kind === 'CronJob' ? rec(rec(spec.jobTemplate).spec) : spec;
  return rec(rec(owner.template).spec);
}

function desired(spec: Raw, status: Raw, kind: string): number | undefined {
  if (kind === 'DaemonSet') return num(status.desiredNumberScheduled);
  if (/^(Deployment|StatefulSet|ReplicaSet)$/.test(kind)) {
    return num(spec.replicas) ?? 1;
  }
  return num(spec.completions);
}

export function projectWorkload(object: Raw, kind: string): WorkloadProjection {
  const spec = rec(object.spec);
  const status = rec(object.status);
  const daemon = kind === 'DaemonSet';
  const scaled = daemon || /^(Deployment|StatefulSet|ReplicaSet)$/.test(kind);
  return compact<WorkloadProjection>({
    images: images(template(object, kind)),
    desired: desired(spec, status, kind),
    // Kubernetes leaves zeros out of a status.
    replicas: scaled
      ? num(daemon ? status.currentNumberScheduled : status.replicas) ?? 0
      : undefined,
    ready: scaled
      ? num(daemon ? status.numberReady : status.readyReplicas) ?? 0
      : undefined,
    updated:
      scaled && kind !== 'ReplicaSet'
        ? num(
            daemon ? status.updatedNumberScheduled : status.updatedReplicas,
          ) ?? 0
        : undefined,
    available: scaled
      ? num(daemon ? status.numberAvailable : status.availableReplicas) ?? 0
      : undefined,
    succeeded: num(status.succeeded),
    failed: num(status.failed),
    active: num(status.active),
  });
}

export function projectPod(object: Raw): PodProjection {
  const status = rec(object.status);
  const containers = [
    ...list(status.initContainerStatuses, 32),
    ...list(status.containerStatuses, 32),
  ].map(rec);
  const scheduled = list(status.conditions, 16)
    .map(rec)
    .find(c => c.type === 'PodScheduled' && c.status === 'False');
  const ended = containers
    .flatMap(c => time(rec(rec(c.lastState).terminated).finishedAt) ?? [])
    .sort()
    .pop();
  const own = list(status.containerStatuses, 32).map(rec);
  return compact<PodProjection>({
    phase: str(status.phase, 32),
    ready: own.length > 0 && own.every(c => c.ready === true),
    restarts: containers.reduce((n, c) => n + (num(c.restartCount) ?? 0), 0),
    lastEndedAt: ended,
    waiting: containers.flatMap(c => {
      const waiting = rec(rec(c.state).waiting);
      const reason = str(waiting.reason, 128);
      return reason
        ? [
            compact({
              container: str(c.name) ?? '',
              reason,
              message: message(waiting.message)?.slice(0, 500),
            }),
          ]
        : [];
    }),
    unschedulable: scheduled && message(scheduled.message)?.slice(0, 500),
  });
}
