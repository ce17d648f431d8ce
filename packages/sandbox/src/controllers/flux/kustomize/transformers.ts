import type { KubernetesObject } from '../../client';
import { isBuiltIn, isNamespaced } from './resource';

/** An entry of `labels`. */
export interface LabelsEntry {
  pairs: Record<string, string>;
  includeSelectors?: boolean;
  includeTemplates?: boolean;
}

const WORKLOADS = [
  'Deployment',
  'ReplicaSet',
  'StatefulSet',
  'DaemonSet',
  'Job',
];

function merged(
  before: Record<string, string> | undefined,
  pairs: Record<string, string>,
): Record<string, string> {
  return { ...before, ...pairs };
}

/** Labels on the object and, where asked, on its pod template and selectors. */
export function addLabels(
  object: KubernetesObject,
  { pairs, includeSelectors, includeTemplates }: LabelsEntry,
): KubernetesObject {
  const result = structuredClone(object);
  result.metadata.labels = merged(result.metadata.labels, pairs);
  const spec = result.spec;
  const builtIn = isBuiltIn(result.apiVersion);
  if (!spec || !builtIn) {
    return result;
  }
  const workload = WORKLOADS.includes(result.kind);
  if ((includeTemplates || includeSelectors) && workload && spec.template) {
    spec.template.metadata = {
      ...spec.template.metadata,
      labels: merged(spec.template.metadata?.labels, pairs),
    };
  }
  if (includeSelectors) {
    if (result.kind === 'Service' && spec.selector) {
      spec.selector = merged(spec.selector, pairs);
    } else if (workload && result.kind !== 'Job') {
      spec.selector = {
        ...spec.selector,
        matchLabels: merged(spec.selector?.matchLabels, pairs),
      };
    } else if (spec.selector?.matchLabels) {
      spec.selector.matchLabels = merged(spec.selector.matchLabels, pairs);
    }
  }
  return result;
}

/** Annotations on the object and its pod template. */
export function addAnnotations(
  object: KubernetesObject,
  pairs: Record<string, string>,
): KubernetesObject {
  const result = structuredClone(object);
  result.metadata.annotations = merged(result.metadata.annotations, pairs);
  if (WORKLOADS.includes(result.kind) && result.spec?.template) {
    result.spec.template.metadata = {
      ...result.spec.template.metadata,
      annotations: merged(result.spec.template.metadata?.annotations, pairs),
    };
  }
  return result;
}

/** The namespace of everything that has one, and of service accounts in role bindings. */
export function setNamespace(
  objects: KubernetesObject[],
  namespace: string,
): KubernetesObject[] {
  const accounts = new Set(
    objects
      .filter(object => object.kind === 'ServiceAccount')
      .map(object => object.metadata.name),
  );
  return objects.map(object => {
    const result = structuredClone(object);
    if (isNamespaced(result)) {
      result.metadata.namespace = namespace;
    } else if (result.kind === 'Namespace') {
      result.metadata.name = namespace;
    }
    for (const subject of (result.subjects as any[]) ?? []) {
      if (
        subject.kind === 'ServiceAccount' &&
        (subject.name === 'default' || accounts.has(subject.name))
      ) {
        subject.namespace = namespace;
      }
    }
    return result;
  });
}

/** Sets replicas of the workloads of that name. */
export function setReplicas(
  object: KubernetesObject,
  entries: { name: string; count: number }[],
): KubernetesObject {
  const entry = entries.find(
    ({ name }) =>
      name === object.metadata.name &&
      ['Deployment', 'ReplicaSet', 'StatefulSet'].includes(object.kind),
  );
  return entry
    ? { ...object, spec: { ...object.spec, replicas: entry.count } }
    : object;
}
