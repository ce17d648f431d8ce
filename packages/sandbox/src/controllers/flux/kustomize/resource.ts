import type { KubernetesObject } from '../../client';

/** What a build works on: files by their path inside the artifact, without a leading slash. */
export type Files = ReadonlyMap<string, string>;

const CLUSTER_SCOPED = new Set([
  'APIService',
  'ClusterIssuer',
  'ClusterRole',
  'ClusterRoleBinding',
  'CSIDriver',
  'CSINode',
  'CustomResourceDefinition',
  'GatewayClass',
  'IngressClass',
  'MutatingWebhookConfiguration',
  'Namespace',
  'Node',
  'PersistentVolume',
  'PriorityClass',
  'RuntimeClass',
  'StorageClass',
  'ValidatingAdmissionPolicy',
  'ValidatingAdmissionPolicyBinding',
  'ValidatingWebhookConfiguration',
  'VolumeAttachment',
]);

/** Whether the kind has a namespace. A build has no cluster to ask, so unknown kinds have one. */
export function isNamespaced(object: KubernetesObject): boolean {
  return !CLUSTER_SCOPED.has(object.kind);
}

export function groupOf(apiVersion: string): string {
  return apiVersion.includes('/') ? apiVersion.split('/')[0] : '';
}

/** Groups whose types Kubernetes itself knows: only these have lists that merge by a key. */
export function isBuiltIn(apiVersion: string): boolean {
  const group = groupOf(apiVersion);
  return !group.includes('.') || group.endsWith('.k8s.io');
}

export function matches(object: KubernetesObject, target: Target): boolean {
  const full = (pattern: string | undefined, value: string) =>
    !pattern || new RegExp(`^(?:${pattern})$`).test(value);
  const [group, version] = object.apiVersion.includes('/')
    ? object.apiVersion.split('/')
    : ['', object.apiVersion];
  return (
    full(target.group, group) &&
    full(target.version, version) &&
    full(target.kind, object.kind) &&
    full(target.name, object.metadata.name) &&
    full(target.namespace, object.metadata.namespace ?? '') &&
    selects(target.labelSelector, object.metadata.labels) &&
    selects(target.annotationSelector, object.metadata.annotations)
  );
}

/** Which resources a patch is for; strings are anchored regular expressions. */
export interface Target {
  group?: string;
  version?: string;
  kind?: string;
  name?: string;
  namespace?: string;
  labelSelector?: string;
  annotationSelector?: string;
}

function selects(
  selector: string | undefined,
  values: Record<string, string> = {},
): boolean {
  return (selector ?? '')
    .split(',')
    .map(part => part.trim())
    .filter(Boolean)
    .every(part => {
      const [, key, operator, value] =
        /^([^=!\s]+)\s*(==|=|!=)?\s*(.*)$/.exec(part) ?? [];
      if (!operator) {
        return key in values;
      }
      return (values[key] === value) === (operator !== '!=');
    });
}
