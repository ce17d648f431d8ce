import { parseObjects } from '../../kustomize/parse';
import { fromYaml } from '../template/goYaml';
import { ChartError } from './Chart';

// The order in which Helm installs kinds; others come after, by their name.
const INSTALL_ORDER = [
  'PriorityClass',
  'Namespace',
  'NetworkPolicy',
  'ResourceQuota',
  'LimitRange',
  'PodSecurityPolicy',
  'PodDisruptionBudget',
  'ServiceAccount',
  'Secret',
  'SecretList',
  'ConfigMap',
  'StorageClass',
  'PersistentVolume',
  'PersistentVolumeClaim',
  'CustomResourceDefinition',
  'ClusterRole',
  'ClusterRoleList',
  'ClusterRoleBinding',
  'ClusterRoleBindingList',
  'Role',
  'RoleList',
  'RoleBinding',
  'RoleBindingList',
  'Service',
  'DaemonSet',
  'Pod',
  'ReplicationController',
  'ReplicaSet',
  'Deployment',
  'HorizontalPodAutoscaler',
  'StatefulSet',
  'Job',
  'CronJob',
  'IngressClass',
  'Ingress',
  'APIService',
  'MutatingWebhookConfiguration',
  'ValidatingWebhookConfiguration',
];

/** One document that a template made. */
export interface Manifest {
  /** The template. */
  path: string;
  content: string;
  kind: string;
}

/** A document that is applied at a point of time only, e.g. before an install. */
export interface Hook extends Manifest {
  name: string;
  events: string[];
  weight: number;
  deletePolicies: string[];
}

function compareKinds(a: Manifest, b: Manifest): number {
  const [x, y] = [a, b].map(({ kind }) => INSTALL_ORDER.indexOf(kind));
  if (x < 0 && y < 0) {
    return a.kind < b.kind ? -1 : Number(a.kind > b.kind);
  }
  return x < 0 || y < 0 ? y - x : x - y;
}

const words = (text: unknown): string[] =>
  typeof text === 'string'
    ? text.split(',').map(word => word.trim().toLowerCase())
    : [];

/** What the templates made, taken apart: documents in the order of install, and hooks by weight. */
export function sortManifests(rendered: Map<string, string>): {
  manifests: Manifest[];
  hooks: Hook[];
} {
  const manifests: Manifest[] = [];
  const hooks: Hook[] = [];
  const paths = [...rendered.keys()].sort();
  for (const path of paths) {
    const documents = rendered
      .get(path)!
      .trimStart()
      .split(/^---[ \t]*/m);
    for (const document of documents) {
      const content = document.trimStart();
      if (!content) {
        continue;
      }
      let head: any;
      try {
        head = fromYaml(content) ?? {};
      } catch (error) {
        throw new ChartError(
          `YAML parse error on ${path}: ${(error as Error).message}`,
        );
      }
      const annotations = head.metadata?.annotations ?? {};
      const manifest = { path, content, kind: String(head.kind ?? '') };
      const events = words(annotations['helm.sh/hook']);
      if (events.length === 0) {
        manifests.push(manifest);
        continue;
      }
      hooks.push({
        ...manifest,
        name: String(head.metadata?.name ?? ''),
        events: events.map(event =>
          event === 'test-success' ? 'test' : event,
        ),
        weight: parseInt(annotations['helm.sh/hook-weight'], 10) || 0,
        deletePolicies: words(annotations['helm.sh/hook-delete-policy']),
      });
    }
  }
  return {
    manifests: manifests.sort(compareKinds),
    hooks: hooks.sort(compareKinds).sort((a, b) => a.weight - b.weight),
  };
}

/** The manifest as Helm keeps it in a release. */
export function joinManifests(manifests: Manifest[]): string {
  return manifests
    .map(({ path, content }) => `---\n# Source: ${path}\n${content}\n`)
    .join('');
}

/** The objects of a release's manifest. */
export function objectsOf(manifest: string) {
  try {
    return parseObjects(manifest, '');
  } catch (error) {
    throw new ChartError((error as Error).message.replace(/^: /, ''));
  }
}
