import { stringify } from 'yaml';
import { Files } from './files';

const kustomization = (name: string, path: string, spec: object = {}) =>
  stringify({
    apiVersion: 'kustomize.toolkit.fluxcd.io/v1',
    kind: 'Kustomization',
    metadata: { name, namespace: 'flux-system' },
    spec: {
      interval: '10m',
      retryInterval: '30s',
      timeout: '2m',
      path,
      prune: true,
      sourceRef: { kind: 'GitRepository', name: 'flux-system' },
      ...spec,
    },
  });

const configMap = (name: string, data: Record<string, string>) =>
  stringify({
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name, namespace: 'flux-system' },
    data,
  });

const APPS = 'A folder for each application that runs here.\n';

const FLUX_VERSION = 'v2.9.5';
/** The controllers of that version. */
const FLUX_CONTROLLERS = {
  'source-controller': 'v1.9.5',
  'kustomize-controller': 'v1.9.5',
  'helm-controller': 'v1.6.4',
  'notification-controller': 'v1.9.4',
  'image-reflector-controller': 'v1.2.5',
  'image-automation-controller': 'v1.2.5',
};

/** Flux as it manages itself: the Deployments, with the labels that `flux bootstrap` gives them. */
const fluxComponents = () =>
  Object.entries(FLUX_CONTROLLERS)
    .map(([name, version]) => {
      const labels = {
        'app.kubernetes.io/component': name,
        'app.kubernetes.io/instance': 'flux-system',
        'app.kubernetes.io/part-of': 'flux',
        'app.kubernetes.io/version': FLUX_VERSION,
      };
      return stringify({
        apiVersion: 'apps/v1',
        kind: 'Deployment',
        metadata: {
          name,
          namespace: 'flux-system',
          labels: { ...labels, 'control-plane': 'controller' },
        },
        spec: {
          replicas: 1,
          selector: { matchLabels: { app: name } },
          template: {
            metadata: { labels: { ...labels, app: name } },
            spec: {
              serviceAccountName: name,
              containers: [
                { name: 'manager', image: `ghcr.io/fluxcd/${name}:${version}` },
              ],
            },
          },
        },
      });
    })
    .join('---\n');

/** A fleet without applications: Flux applies what is in `apps/`. */
export function emptyFleetFiles(cluster: string): Files {
  return new Map([
    [
      'README.md',
      `# Fleet of ${cluster}\n\nFlux on ${cluster} applies what is on \`main\`.\n`,
    ],
    [
      `clusters/${cluster}/apps.yaml`,
      kustomization('apps', './apps', { interval: '1m' }),
    ],
    ['apps/README.md', APPS],
  ]);
}

/** The repository from which Flux runs an example cluster. */
export function fleetFiles(cluster: string, apps: Files): Files {
  // The mistake at the bottom of one application's trouble: a number written as a word
  const replicas = cluster === 'prod-eu' ? 'three' : 3;
  return new Map([
    [
      'README.md',
      `# Fleet of ${cluster}\n\nFlux on ${cluster} applies what is on \`main\`.\n`,
    ],
    [`clusters/${cluster}/flux-system/gotk-components.yaml`, fluxComponents()],
    [
      `clusters/${cluster}/storage.yaml`,
      kustomization('storage', './infrastructure/storage'),
    ],
    [
      `clusters/${cluster}/databases.yaml`,
      kustomization('databases', './infrastructure/databases', {
        dependsOn: [{ name: 'storage' }],
      }),
    ],
    [
      `clusters/${cluster}/apps.yaml`,
      kustomization('apps', './apps', { interval: '1m' }),
    ],
    [
      'infrastructure/storage/deployment.yaml',
      stringify({
        apiVersion: 'apps/v1',
        kind: 'Deployment',
        metadata: { name: 'storage-provisioner', namespace: 'flux-system' },
        spec: {
          replicas,
          selector: { matchLabels: { app: 'storage-provisioner' } },
          template: {
            metadata: { labels: { app: 'storage-provisioner' } },
            spec: {
              containers: [
                {
                  name: 'provisioner',
                  image: 'registry.k8s.io/sig-storage/csi-provisioner:v6.1.0',
                },
              ],
            },
          },
        },
      }),
    ],
    [
      'infrastructure/databases/settings.yaml',
      configMap('database-settings', { maxConnections: '200' }),
    ],
    ['apps/README.md', APPS],
    ...[...apps].map(([path, text]) => [`apps/${path}`, text] as const),
  ]);
}

/** What `flux bootstrap` leaves on a cluster. */
export function bootstrapObjects(cluster: string, url: string) {
  return [
    {
      apiVersion: 'source.toolkit.fluxcd.io/v1',
      kind: 'GitRepository',
      metadata: { name: 'flux-system', namespace: 'flux-system' },
      spec: { interval: '10s', ref: { branch: 'main' }, url },
    },
    {
      apiVersion: 'kustomize.toolkit.fluxcd.io/v1',
      kind: 'Kustomization',
      metadata: { name: 'flux-system', namespace: 'flux-system' },
      spec: {
        interval: '10m',
        path: `./clusters/${cluster}`,
        prune: true,
        sourceRef: { kind: 'GitRepository', name: 'flux-system' },
      },
    },
  ];
}
