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
