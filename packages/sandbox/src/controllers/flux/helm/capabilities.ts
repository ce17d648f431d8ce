import type { KubernetesClient } from '../../client';
import type { Capabilities } from './chart/render';

/** What clusters serve without any definition, as far as charts ask for it. */
const BUILT_IN: Record<string, string[]> = {
  v1: [
    'ConfigMap',
    'Namespace',
    'PersistentVolumeClaim',
    'Pod',
    'Secret',
    'Service',
    'ServiceAccount',
  ],
  'apps/v1': ['DaemonSet', 'Deployment', 'ReplicaSet', 'StatefulSet'],
  'autoscaling/v1': ['HorizontalPodAutoscaler'],
  'autoscaling/v2': ['HorizontalPodAutoscaler'],
  'batch/v1': ['CronJob', 'Job'],
  'networking.k8s.io/v1': ['Ingress', 'IngressClass', 'NetworkPolicy'],
  'policy/v1': ['PodDisruptionBudget'],
  'rbac.authorization.k8s.io/v1': [
    'ClusterRole',
    'ClusterRoleBinding',
    'Role',
    'RoleBinding',
  ],
  'apiextensions.k8s.io/v1': ['CustomResourceDefinition'],
  'admissionregistration.k8s.io/v1': [
    'MutatingWebhookConfiguration',
    'ValidatingWebhookConfiguration',
  ],
  'scheduling.k8s.io/v1': ['PriorityClass'],
  'storage.k8s.io/v1': ['StorageClass'],
  'coordination.k8s.io/v1': ['Lease'],
};
const DEFAULT_VERSION = 'v1.36.3';

/** What a chart may ask about the cluster: its version by its nodes, and the kinds that it serves. */
export async function capabilitiesOf(
  client: KubernetesClient,
): Promise<Capabilities> {
  const [nodes, definitions] = await Promise.all([
    client.list({ apiVersion: 'v1', kind: 'Node' }),
    client.list({
      apiVersion: 'apiextensions.k8s.io/v1',
      kind: 'CustomResourceDefinition',
    }),
  ]);
  const kubeVersion: string =
    nodes[0]?.status?.nodeInfo?.kubeletVersion || DEFAULT_VERSION;
  const served = definitions.flatMap(({ spec }) =>
    spec.versions
      .filter((version: any) => version.served)
      .map((version: any) => [
        `${spec.group}/${version.name}`,
        [spec.names.kind],
      ]),
  );
  return {
    kubeVersion: kubeVersion.split('+')[0],
    apiVersions: new Set(
      [...Object.entries(BUILT_IN), ...served].flatMap(([version, kinds]) => [
        version,
        ...kinds.map((kind: string) => `${version}/${kind}`),
      ]),
    ),
  };
}
