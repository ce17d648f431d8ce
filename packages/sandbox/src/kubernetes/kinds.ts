/** A kind that the API serves, under the names that discovery gives it. */
export interface ResourceType {
  group: string;
  version: string;
  kind: string;
  plural: string;
  namespaced: boolean;
  shortNames: string[];
  categories: string[];
  subresources: string[];
  verbs: string[];
  /** Custom kinds have a CustomResourceDefinition and are not checked field by field. */
  custom: boolean;
}

/** `Kind plural scope [short,names] [subresources]`, a line a kind, under its group and version. */
const TABLE: Record<string, string> = {
  v1: `
    Namespace namespaces cluster ns status
    Pod pods namespaced po status,log
    Binding bindings namespaced
    Service services namespaced svc status
    ServiceAccount serviceaccounts namespaced sa
    ConfigMap configmaps namespaced cm
    Secret secrets namespaced
    Event events namespaced ev
    Node nodes cluster no status
    PersistentVolumeClaim persistentvolumeclaims namespaced pvc status
    Endpoints endpoints namespaced ep
    ResourceQuota resourcequotas namespaced quota status
    LimitRange limitranges namespaced limits
    ReplicationController replicationcontrollers namespaced rc status,scale`,
  'apps/v1': `
    Deployment deployments namespaced deploy status,scale
    ReplicaSet replicasets namespaced rs status,scale
    StatefulSet statefulsets namespaced sts status,scale
    DaemonSet daemonsets namespaced ds status`,
  'batch/v1': `
    Job jobs namespaced - status
    CronJob cronjobs namespaced cj status`,
  'networking.k8s.io/v1': `
    Ingress ingresses namespaced ing status
    NetworkPolicy networkpolicies namespaced netpol`,
  'rbac.authorization.k8s.io/v1': `
    Role roles namespaced
    RoleBinding rolebindings namespaced
    ClusterRole clusterroles cluster
    ClusterRoleBinding clusterrolebindings cluster`,
  'autoscaling/v2': `
    HorizontalPodAutoscaler horizontalpodautoscalers namespaced hpa status`,
  'policy/v1': `
    PodDisruptionBudget poddisruptionbudgets namespaced pdb status`,
  'apiextensions.k8s.io/v1': `
    CustomResourceDefinition customresourcedefinitions cluster crd,crds status`,
  'coordination.k8s.io/v1': `
    Lease leases namespaced`,
  'events.k8s.io/v1': `
    Event events namespaced ev`,
};

const CUSTOM_TABLE: Record<string, string> = {
  'source.toolkit.fluxcd.io/v1': `
    GitRepository gitrepositories namespaced gitrepo
    OCIRepository ocirepositories namespaced ocirepo
    Bucket buckets namespaced
    HelmRepository helmrepositories namespaced helmrepo
    HelmChart helmcharts namespaced hc
    ExternalArtifact externalartifacts namespaced`,
  'source.extensions.fluxcd.io/v1beta1': `
    ArtifactGenerator artifactgenerators namespaced ag`,
  'kustomize.toolkit.fluxcd.io/v1': `
    Kustomization kustomizations namespaced ks`,
  'helm.toolkit.fluxcd.io/v2': `
    HelmRelease helmreleases namespaced hr`,
  'image.toolkit.fluxcd.io/v1': `
    ImageRepository imagerepositories namespaced imgrepo,imagerepo
    ImagePolicy imagepolicies namespaced imgpol,imagepol
    ImageUpdateAutomation imageupdateautomations namespaced iua,imgupd,imgauto`,
  'notification.toolkit.fluxcd.io/v1': `
    Receiver receivers namespaced`,
  'notification.toolkit.fluxcd.io/v1beta3': `
    Alert alerts namespaced
    Provider providers namespaced`,
  'flagger.app/v1beta1': `
    Canary canaries namespaced cd
    MetricTemplate metrictemplates namespaced
    AlertProvider alertproviders namespaced`,
  'projectcontour.io/v1': `
    HTTPProxy httpproxies namespaced proxy,proxies`,
  'cert-manager.io/v1': `
    Certificate certificates namespaced cert,certs
    Issuer issuers namespaced
    ClusterIssuer clusterissuers cluster`,
  'gateway.networking.k8s.io/v1': `
    HTTPRoute httproutes namespaced`,
};

const VERBS = [
  'create',
  'delete',
  'deletecollection',
  'get',
  'list',
  'patch',
  'update',
  'watch',
];

function read(table: Record<string, string>, custom: boolean): ResourceType[] {
  return Object.entries(table).flatMap(([groupVersion, lines]) => {
    const [group, version] = splitApiVersion(groupVersion);
    return lines
      .trim()
      .split('\n')
      .map(line => {
        const [kind, plural, scope, short, subresources] = line
          .trim()
          .split(' ');
        return {
          group,
          version,
          kind,
          plural,
          namespaced: scope === 'namespaced',
          shortNames: short && short !== '-' ? short.split(',') : [],
          categories: [],
          subresources: custom ? ['status'] : subresources?.split(',') ?? [],
          verbs: kind === 'Binding' ? ['create'] : VERBS,
          custom,
        };
      });
  });
}

export function splitApiVersion(apiVersion: string): [string, string] {
  const slash = apiVersion.indexOf('/');
  return slash < 0
    ? ['', apiVersion]
    : [apiVersion.slice(0, slash), apiVersion.slice(slash + 1)];
}

export const RESOURCE_TYPES: ResourceType[] = [
  ...read(TABLE, false),
  ...read(CUSTOM_TABLE, true),
];

export function apiVersionOf(type: { group: string; version: string }): string {
  return type.group ? `${type.group}/${type.version}` : type.version;
}

/** `deployments.apps`, as error texts name a resource. */
export function qualifiedResource(type: {
  group: string;
  plural: string;
}): string {
  return type.group ? `${type.plural}.${type.group}` : type.plural;
}

export function findByPlural(
  group: string,
  version: string,
  plural: string,
): ResourceType | undefined {
  return RESOURCE_TYPES.find(
    type =>
      type.group === group &&
      type.version === version &&
      type.plural === plural,
  );
}

/**
 * Where objects of a type are kept. An Event is one object under two groups, as in Kubernetes.
 */
export function storageKey(type: { group: string; plural: string }): string {
  return type.plural === 'events' ? 'events' : qualifiedResource(type);
}
