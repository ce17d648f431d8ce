import type { KubernetesObject } from '../controllers/client';

type Defaulter = (object: any) => void;

function setDefaults(target: any, defaults: Record<string, unknown>) {
  for (const [name, value] of Object.entries(defaults)) {
    if (target[name] === undefined || target[name] === null) {
      target[name] = value;
    }
  }
}

function pullPolicy(image: unknown): string {
  const tag = /:([^:/@]+)$/.exec(String(image ?? ''))?.[1];
  const pinned = String(image ?? '').includes('@') || (tag && tag !== 'latest');
  return pinned ? 'IfNotPresent' : 'Always';
}

function podSpec(spec: any) {
  for (const container of [
    ...(spec.initContainers ?? []),
    ...(spec.containers ?? []),
  ]) {
    setDefaults(container, {
      imagePullPolicy: pullPolicy(container.image),
      resources: {},
      terminationMessagePath: '/dev/termination-log',
      terminationMessagePolicy: 'File',
    });
    for (const port of container.ports ?? []) {
      setDefaults(port, { protocol: 'TCP' });
    }
    for (const name of ['livenessProbe', 'readinessProbe', 'startupProbe']) {
      const probe = container[name];
      if (probe) {
        setDefaults(probe, {
          failureThreshold: 3,
          periodSeconds: 10,
          successThreshold: 1,
          timeoutSeconds: 1,
        });
        if (probe.httpGet) {
          setDefaults(probe.httpGet, { path: '/', scheme: 'HTTP' });
        }
      }
    }
  }
  setDefaults(spec, {
    dnsPolicy: 'ClusterFirst',
    restartPolicy: 'Always',
    schedulerName: 'default-scheduler',
    securityContext: {},
    terminationGracePeriodSeconds: 30,
  });
}

// Out of the service range of most clusters; nothing is ever reached under it.
function clusterAddress(): string {
  const part = () => 1 + Math.floor(Math.random() * 254);
  return `10.96.${part()}.${part()}`;
}

const template: Defaulter = object => {
  if (object.spec?.template?.spec) {
    podSpec(object.spec.template.spec);
  }
};

const BY_KIND: Record<string, Defaulter> = {
  'apps/v1/Deployment': object => {
    template(object);
    setDefaults(object.spec, {
      progressDeadlineSeconds: 600,
      replicas: 1,
      revisionHistoryLimit: 10,
    });
    object.spec.strategy = object.spec.strategy ?? {};
    setDefaults(object.spec.strategy, { type: 'RollingUpdate' });
    if (object.spec.strategy.type === 'RollingUpdate') {
      setDefaults(object.spec.strategy, { rollingUpdate: {} });
      setDefaults(object.spec.strategy.rollingUpdate, {
        maxSurge: '25%',
        maxUnavailable: '25%',
      });
    }
  },
  'apps/v1/ReplicaSet': object => {
    template(object);
    setDefaults(object.spec, { replicas: 1 });
  },
  'apps/v1/StatefulSet': object => {
    template(object);
    setDefaults(object.spec, {
      podManagementPolicy: 'OrderedReady',
      replicas: 1,
      revisionHistoryLimit: 10,
      updateStrategy: {
        type: 'RollingUpdate',
        rollingUpdate: { partition: 0 },
      },
    });
  },
  'apps/v1/DaemonSet': object => {
    template(object);
    setDefaults(object.spec, {
      revisionHistoryLimit: 10,
      updateStrategy: {
        type: 'RollingUpdate',
        rollingUpdate: { maxSurge: 0, maxUnavailable: 1 },
      },
    });
  },
  'batch/v1/Job': object => {
    template(object);
    setDefaults(object.spec, {
      backoffLimit: 6,
      completionMode: 'NonIndexed',
      completions: 1,
      parallelism: 1,
      suspend: false,
    });
  },
  'batch/v1/CronJob': object => {
    setDefaults(object.spec, {
      concurrencyPolicy: 'Allow',
      failedJobsHistoryLimit: 1,
      successfulJobsHistoryLimit: 3,
      suspend: false,
    });
  },
  'v1/Pod': object => {
    podSpec(object.spec);
    setDefaults(object.spec, {
      enableServiceLinks: true,
      preemptionPolicy: 'PreemptLowerPriority',
      priority: 0,
      serviceAccountName: 'default',
    });
    setDefaults(object.spec, {
      serviceAccount: object.spec.serviceAccountName,
    });
    setDefaults(object, {
      status: { phase: 'Pending', qosClass: 'BestEffort' },
    });
  },
  'v1/Service': object => {
    setDefaults(object.spec, {
      internalTrafficPolicy: 'Cluster',
      ipFamilyPolicy: 'SingleStack',
      sessionAffinity: 'None',
      type: 'ClusterIP',
    });
    if (object.spec.type !== 'ExternalName') {
      setDefaults(object.spec, { clusterIP: clusterAddress() });
      setDefaults(object.spec, { clusterIPs: [object.spec.clusterIP] });
    }
    for (const port of object.spec.ports ?? []) {
      setDefaults(port, { protocol: 'TCP', targetPort: port.port });
    }
    setDefaults(object, { status: { loadBalancer: {} } });
  },
  'v1/Namespace': object => {
    object.metadata.labels = {
      ...object.metadata.labels,
      'kubernetes.io/metadata.name': object.metadata.name,
    };
    setDefaults(object, { spec: { finalizers: ['kubernetes'] } });
    setDefaults(object, { status: { phase: 'Active' } });
  },
  'v1/Secret': object => {
    if (object.stringData) {
      const entries = Object.entries(object.stringData).map(
        ([name, value]) =>
          [name, Buffer.from(String(value)).toString('base64')] as const,
      );
      object.data = { ...object.data, ...Object.fromEntries(entries) };
      delete object.stringData;
    }
    setDefaults(object, { type: 'Opaque' });
  },
  'rbac.authorization.k8s.io/v1/RoleBinding': binding,
  'rbac.authorization.k8s.io/v1/ClusterRoleBinding': binding,
};

function binding(object: any) {
  if (object.roleRef) {
    setDefaults(object.roleRef, { apiGroup: 'rbac.authorization.k8s.io' });
  }
  for (const subject of object.subjects ?? []) {
    if (subject.kind !== 'ServiceAccount') {
      setDefaults(subject, { apiGroup: 'rbac.authorization.k8s.io' });
    }
  }
}

const WITH_EMPTY_STATUS = new Set([
  'apps/v1/Deployment',
  'apps/v1/StatefulSet',
  'apps/v1/DaemonSet',
  'batch/v1/Job',
  'batch/v1/CronJob',
  'networking.k8s.io/v1/Ingress',
]);

/** Fills in what the API server fills in when the field is left out. Changes the object given. */
export function applyDefaults(object: KubernetesObject): KubernetesObject {
  const key = `${object.apiVersion}/${object.kind}`;
  if (object.spec || !/^(apps|batch)\//.test(key)) {
    const needsSpec = key === 'v1/Pod' || key === 'v1/Service';
    if (!needsSpec || object.spec) {
      BY_KIND[key]?.(object);
    }
  }
  if (WITH_EMPTY_STATUS.has(key)) {
    object.status ??= key.endsWith('Ingress') ? { loadBalancer: {} } : {};
  }
  if (key === 'apps/v1/ReplicaSet') {
    object.status ??= { replicas: 0 };
  }
  return object;
}
