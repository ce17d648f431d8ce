/**
 * What a kind is for; screens group and order by it.
 *
 * @public
 */
export type KindCategory =
  | 'source'
  | 'image'
  | 'applier'
  | 'workload'
  | 'delivery'
  | 'network'
  | 'notification'
  | 'other';

/**
 * A kind that the plugins handle. Versions are left out on purpose: every cluster serves its own,
 * and they are discovered.
 *
 * @public
 */
export interface KindInfo {
  /** Empty for the core group. */
  group: string;
  kind: string;
  /** As in request paths, e.g. `kustomizations`. */
  plural: string;
  category: KindCategory;
  /** What people call it. */
  label: string;
  /** How the annotation `fluxcd.io/resources` names it; only for Flux's and Flagger's kinds. */
  shortName?: string;
  namespaced: boolean;
  /** Its controller answers the annotation `reconcile.fluxcd.io/requestedAt`. */
  reconcilable: boolean;
  /** It has `spec.suspend` and its controller honours it. */
  suspendable: boolean;
  /** It is one of Flux's own kinds. */
  flux: boolean;
}

const SOURCE = 'source.toolkit.fluxcd.io';
const IMAGE = 'image.toolkit.fluxcd.io';
const NOTIFICATION = 'notification.toolkit.fluxcd.io';

interface Traits {
  short?: boolean;
  reconcile?: boolean;
  suspend?: boolean;
  namespaced?: boolean;
  label?: string;
}

function entry(
  category: KindCategory,
  group: string,
  kind: string,
  plural: string,
  traits: Traits = {},
): KindInfo {
  return {
    group,
    kind,
    plural,
    category,
    label: traits.label ?? kind,
    ...(traits.short ? { shortName: kind.toLowerCase() } : {}),
    namespaced: traits.namespaced ?? true,
    reconcilable: traits.reconcile ?? false,
    suspendable: traits.suspend ?? false,
    flux: /\.fluxcd\.io$/.test(group),
  };
}

const both = { short: true, reconcile: true, suspend: true };

// ExternalArtifact is written by others, hence neither reconciled nor suspended. Flux 2.9 ignores
// requestedAt on Alert and Provider, which have no controller of their own any more.
export const kindTable: KindInfo[] = [
  entry('source', SOURCE, 'GitRepository', 'gitrepositories', both),
  entry('source', SOURCE, 'OCIRepository', 'ocirepositories', both),
  entry('source', SOURCE, 'Bucket', 'buckets', both),
  entry('source', SOURCE, 'HelmRepository', 'helmrepositories', both),
  entry('source', SOURCE, 'HelmChart', 'helmcharts', both),
  entry('source', SOURCE, 'ExternalArtifact', 'externalartifacts', {
    short: true,
  }),
  entry(
    'source',
    'source.extensions.fluxcd.io',
    'ArtifactGenerator',
    'artifactgenerators',
    // It is suspended by an annotation instead of spec.suspend.
    { short: true, reconcile: true },
  ),
  entry('image', IMAGE, 'ImageRepository', 'imagerepositories', both),
  entry('image', IMAGE, 'ImagePolicy', 'imagepolicies', both),
  entry(
    'image',
    IMAGE,
    'ImageUpdateAutomation',
    'imageupdateautomations',
    both,
  ),
  entry(
    'applier',
    'kustomize.toolkit.fluxcd.io',
    'Kustomization',
    'kustomizations',
    both,
  ),
  entry('applier', 'helm.toolkit.fluxcd.io', 'HelmRelease', 'helmreleases', {
    ...both,
  }),
  entry('workload', 'apps', 'Deployment', 'deployments'),
  entry('workload', 'apps', 'StatefulSet', 'statefulsets'),
  entry('workload', 'apps', 'DaemonSet', 'daemonsets'),
  entry('workload', 'batch', 'CronJob', 'cronjobs'),
  entry('workload', 'batch', 'Job', 'jobs'),
  entry('workload', 'apps', 'ReplicaSet', 'replicasets'),
  entry('workload', '', 'Pod', 'pods'),
  entry('delivery', 'flagger.app', 'Canary', 'canaries', { short: true }),
  entry('network', '', 'Service', 'services'),
  entry('network', 'networking.k8s.io', 'Ingress', 'ingresses'),
  entry('network', 'projectcontour.io', 'HTTPProxy', 'httpproxies'),
  entry('network', 'gateway.networking.k8s.io', 'HTTPRoute', 'httproutes'),
  entry(
    'other',
    'autoscaling',
    'HorizontalPodAutoscaler',
    'horizontalpodautoscalers',
  ),
  entry('other', '', 'ServiceAccount', 'serviceaccounts'),
  entry('other', '', 'ConfigMap', 'configmaps'),
  entry('other', '', 'Namespace', 'namespaces', { namespaced: false }),
  entry('notification', NOTIFICATION, 'Receiver', 'receivers', both),
  entry('notification', NOTIFICATION, 'Alert', 'alerts', {
    short: true,
    suspend: true,
  }),
  entry('notification', NOTIFICATION, 'Provider', 'providers', {
    short: true,
    suspend: true,
  }),
];
