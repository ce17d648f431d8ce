import type { KubernetesObject } from '../../client';

/** kstatus' words. */
export type Readiness =
  | 'Current'
  | 'InProgress'
  | 'Failed'
  | 'Terminating'
  | 'NotFound'
  | 'Unknown';

function condition(object: KubernetesObject, type: string) {
  return (object.status?.conditions as any[] | undefined)?.find(
    entry => entry.type === type,
  );
}

function deployment({ spec = {}, status = {} }: KubernetesObject): Readiness {
  const conditions: any[] = status.conditions ?? [];
  const progressing = conditions.find(c => c.type === 'Progressing');
  if (progressing?.reason === 'ProgressDeadlineExceeded') {
    return 'Failed';
  }
  const wanted = spec.replicas ?? 1;
  const { replicas = 0, updatedReplicas = 0 } = status;
  const { availableReplicas = 0, readyReplicas = 0 } = status;
  const available = conditions.find(c => c.type === 'Available');
  return updatedReplicas >= wanted &&
    replicas <= updatedReplicas &&
    availableReplicas >= updatedReplicas &&
    readyReplicas >= wanted &&
    available?.status === 'True' &&
    (!progressing || progressing.status === 'True')
    ? 'Current'
    : 'InProgress';
}

function statefulSet({ spec = {}, status = {} }: KubernetesObject): Readiness {
  const wanted = spec.replicas ?? 1;
  return (status.readyReplicas ?? 0) >= wanted &&
    (status.replicas ?? 0) >= wanted &&
    status.currentRevision === status.updateRevision
    ? 'Current'
    : 'InProgress';
}

function daemonSet({ status }: KubernetesObject): Readiness {
  const wanted = status?.desiredNumberScheduled;
  return wanted !== undefined &&
    (status.updatedNumberScheduled ?? 0) >= wanted &&
    (status.numberAvailable ?? 0) >= wanted &&
    (status.numberReady ?? 0) >= wanted
    ? 'Current'
    : 'InProgress';
}

function pod({ status }: KubernetesObject): Readiness {
  switch (status?.phase) {
    case 'Succeeded':
      return 'Current';
    case 'Failed':
      return 'Failed';
    case 'Running':
      return (status.conditions as any[] | undefined)?.some(
        c => c.type === 'Ready' && c.status === 'True',
      )
        ? 'Current'
        : 'InProgress';
    default:
      return 'InProgress';
  }
}

function job(object: KubernetesObject): Readiness {
  if (condition(object, 'Failed')?.status === 'True') {
    return 'Failed';
  }
  // kstatus takes a job that has started for current.
  return object.status?.startTime ? 'Current' : 'InProgress';
}

function service({ spec, status }: KubernetesObject): Readiness {
  return spec?.type !== 'LoadBalancer' || status?.loadBalancer?.ingress?.length
    ? 'Current'
    : 'InProgress';
}

function crd(object: KubernetesObject): Readiness {
  if (condition(object, 'NamesAccepted')?.status === 'False') {
    return 'Failed';
  }
  return condition(object, 'Established')?.status === 'True'
    ? 'Current'
    : 'InProgress';
}

const BY_KIND: Record<string, (object: KubernetesObject) => Readiness> = {
  'apps/v1 Deployment': deployment,
  'apps/v1 StatefulSet': statefulSet,
  'apps/v1 DaemonSet': daemonSet,
  'apps/v1 ReplicaSet': ({ spec, status }) =>
    (status?.readyReplicas ?? 0) >= (spec?.replicas ?? 1)
      ? 'Current'
      : 'InProgress',
  'batch/v1 Job': job,
  'v1 Pod': pod,
  'v1 Service': service,
  'v1 PersistentVolumeClaim': ({ status }) =>
    status?.phase === 'Bound' ? 'Current' : 'InProgress',
  'apiextensions.k8s.io/v1 CustomResourceDefinition': crd,
};

const WITHOUT_STATUS = ['Alert', 'Provider'];

/**
 * Flux's CRDs give every object an observed generation of -1 before its controller has seen it;
 * where an API server does not, the object is no less new.
 */
function isUnseenFluxObject(object: KubernetesObject): boolean {
  return (
    /\.toolkit\.fluxcd\.io\//.test(object.apiVersion) &&
    object.status?.observedGeneration === undefined &&
    !WITHOUT_STATUS.includes(object.kind) &&
    !(object.kind === 'HelmRepository' && object.spec?.type === 'oci')
  );
}

/** How far an object is, by the rules of kstatus. */
export function readinessOf(object: KubernetesObject | undefined): Readiness {
  if (!object) {
    return 'NotFound';
  }
  const { metadata, status } = object;
  if (metadata.deletionTimestamp) {
    return 'Terminating';
  }
  const observed = status?.observedGeneration;
  if (
    isUnseenFluxObject(object) ||
    (observed !== undefined && observed !== metadata.generation)
  ) {
    return 'InProgress';
  }
  if (condition(object, 'Reconciling')?.status === 'True') {
    return 'InProgress';
  }
  if (condition(object, 'Stalled')?.status === 'True') {
    return 'Failed';
  }
  const rule = BY_KIND[`${object.apiVersion} ${object.kind}`];
  if (rule) {
    return rule(object);
  }
  const ready = condition(object, 'Ready');
  return !ready || ready.status === 'True' ? 'Current' : 'InProgress';
}
