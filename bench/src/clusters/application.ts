import { recorded } from './templates';

/** One object as a cluster holds it, but for what each cluster gives it itself. */
export interface ObjectTemplate {
  apiVersion: string;
  kind: string;
  /** One of Flux's kinds, which are what sizes are counted in. */
  flux: boolean;
  /** The whole object as JSON, with {@link APP} for the application's name. */
  text: string;
}

export const APP = '@app@';
export const UID = '@uid@';
export const VERSION = '@version@';
/** Where the commit stands that the application runs. */
export const REVISION = '@revision@';

const PODS = ['payments-56d5f6b9d5-vtxll', 'payments-56d5f6b9d5-tzt65'];
const INVENTORY = [
  ['', 'Service'],
  ['', 'ServiceAccount'],
  ['', 'ConfigMap'],
  ['autoscaling', 'HorizontalPodAutoscaler'],
  ['networking.k8s.io', 'NetworkPolicy'],
  ['networking.k8s.io', 'Ingress'],
  ['policy', 'PodDisruptionBudget'],
  ['rbac.authorization.k8s.io', 'Role'],
  ['rbac.authorization.k8s.io', 'RoleBinding'],
];

/**
 * The objects of one application in one cluster, in the layout of the template "flux-app" with a database by
 * Helm beside it: ten of Flux's, a Deployment, its ReplicaSet and two Pods. All are recorded ones, renamed;
 * OCIRepository and HelmRepository, of which there is no recording, are made from the GitRepository.
 */
export function applicationTemplates(): ObjectTemplate[] {
  const kustomization = run('kustomizations', 'payments');
  const commit = kustomization.status.lastAppliedRevision.split(':').pop();
  const app = (recordedObject: any, change?: (o: any) => void) =>
    template(recordedObject, change, [
      [new RegExp(commit, 'g'), REVISION],
      [/payments/g, APP],
    ]);
  const helm = (recordedObject: any) =>
    template(recordedObject, fromHelmRepository, [
      [/flux-system-hello/g, `${APP}-${APP}-redis`],
      [/shop-hello-hello|shop-hello/g, `${APP}-redis`],
      [/flux-system|shop/g, APP],
      [/\bhello\b/g, `${APP}-redis`],
    ]);
  const git = () => run('gitrepositories', 'payments');
  return [
    app(git()),
    app(run('kustomizations', 'payments-images')),
    app(kustomization, o => {
      o.status.inventory.entries.push(
        ...INVENTORY.map(([group, kind]) => ({
          id: `payments_payments_${group}_${kind}`,
          v: 'v1',
        })),
      );
    }),
    app(run('imagerepositories', 'payments')),
    app(run('imagepolicies', 'payments')),
    app(run('imageupdateautomations', 'payments')),
    helm(recorded('firstsync.helmreleases', 'hello', { ready: true })),
    helm(recorded('firstsync.helmcharts', 'flux-system-hello')),
    app(git(), o => {
      o.kind = 'HelmRepository';
      o.metadata.name = 'payments-redis';
      o.spec = { interval: '10m', url: 'https://charts.example.com/stable' };
    }),
    app(git(), o => {
      o.kind = 'OCIRepository';
      o.metadata.name = 'payments-manifests';
      o.spec = {
        interval: '10m',
        url: 'oci://registry.example.com/manifests/payments',
        ref: { tag: 'latest' },
      };
    }),
    app(recorded('first-image.deployments', 'payments'), o => {
      o.spec.replicas = PODS.length;
      for (const key of Object.keys(o.status)) {
        if (/^(|available|ready|updated)replicas$/i.test(key)) {
          o.status[key] = PODS.length;
        }
      }
    }),
    app(recorded('first-image.replicasets', 'payments-56d5f6b9d5')),
    ...PODS.map(name => app(recorded('first-image.pods', name))),
  ];
}

function run(kinds: string, name: string) {
  return recorded(`first-image.${kinds}`, name, { ready: true });
}

function fromHelmRepository(o: any) {
  (o.spec.chart.spec ?? o.spec).sourceRef = {
    kind: 'HelmRepository',
    name: 'hello',
  };
}

function template(
  recordedObject: any,
  change: ((o: any) => void) | undefined,
  names: [RegExp, string][],
): ObjectTemplate {
  const o = structuredClone(recordedObject);
  change?.(o);
  const flux = o.apiVersion.includes('.fluxcd.io/');
  o.metadata.uid = UID;
  o.metadata.resourceVersion = VERSION;
  if (flux) {
    o.metadata.labels = {
      ...o.metadata.labels,
      'backstage.io/kubernetes-id': APP,
    };
  }
  return {
    apiVersion: o.apiVersion,
    kind: o.kind,
    flux,
    text: names.reduce(
      (json, [from, to]) => json.replace(from, to),
      JSON.stringify(o),
    ),
  };
}
