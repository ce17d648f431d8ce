import { Files, replaceIn } from './files';

/** An application that is there when the sandbox starts for the first time, each in a state worth seeing. */
export interface SeedApplication {
  name: string;
  description: string;
  /** Name of the group that owns it. */
  owner: string;
  clusters: string[];
  /** How many images its workflow has published; 0: none yet. */
  images: number;
  /** The version in Git is this many images behind the newest one. */
  behind?: number;
  updates?: 'commit' | 'pull-request';
  /** What was changed in the repository that the template made. */
  change?: (files: Files) => void;
  /** What was changed in its enrolment. */
  enrolment?: (files: Files) => void;
  /** A second version is published once Flagger has taken the first one over. */
  release?: boolean;
  /** Suspended by hand once it ran. */
  suspend?: { by: string; reason: string };
}

export const applications: SeedApplication[] = [
  {
    name: 'orders',
    description: 'Takes orders and keeps track of them',
    owner: 'team-checkout',
    clusters: ['prod-eu', 'staging'],
    images: 3,
  },
  {
    name: 'payments',
    description:
      'Charges customers; waits for a database that cannot be set up',
    owner: 'team-checkout',
    clusters: ['prod-eu'],
    images: 2,
    enrolment: files =>
      replaceIn(
        files,
        /dependsOn:\n(\s+)- name: payments-images/,
        'dependsOn:\n$1- name: databases\n$1  namespace: flux-system\n$1- name: payments-images',
      ),
  },
  {
    name: 'shipping',
    description: 'Its updates land by pull request, and one is open',
    owner: 'team-checkout',
    clusters: ['prod-eu'],
    images: 3,
    behind: 1,
    updates: 'pull-request',
  },
  {
    name: 'search',
    description: 'Suspended while its index is moved',
    owner: 'team-storefront',
    clusters: ['prod-eu'],
    images: 2,
    suspend: {
      by: 'user:default/guest',
      reason: 'The search index moves to new disks, back on Monday',
    },
  },
  {
    name: 'storefront',
    description: 'A canary release is under way',
    owner: 'team-storefront',
    clusters: ['prod-eu'],
    images: 1,
    release: true,
    change: files => {
      files.set('deploy/app/canary.yaml', canary('storefront'));
      // Flagger scales the Deployment; Flux must not
      replaceIn(files, /\n {2}replicas: \d+/, '', [
        'deploy/app/deployment.yaml',
      ]);
      replaceIn(files, /(resources:\n)/, '$1  - canary.yaml\n', [
        'deploy/app/kustomization.yaml',
      ]);
    },
  },
  {
    name: 'recommendations',
    description: 'Somebody wrote a tag that was never built',
    owner: 'team-storefront',
    clusters: ['prod-eu'],
    images: 1,
    change: files =>
      replaceIn(
        files,
        /(newTag|image): .*# \{"\$imagepolicy.*/,
        (line: string) =>
          line.replace(/main-[a-f0-9]{7}-\d+.*$/, 'main-0000000-1'),
      ),
  },
  {
    name: 'loyalty',
    description: 'Brand new: its first image is still to come',
    owner: 'team-storefront',
    clusters: ['staging'],
    images: 0,
  },
  {
    name: 'inventory',
    description: 'Takes an hour to warm up, and is doing so',
    owner: 'team-fulfilment',
    clusters: ['prod-eu'],
    images: 1,
    change: files => {
      replaceIn(
        files,
        /readinessProbe:\n(\s+)/,
        'readinessProbe:\n$1initialDelaySeconds: 3600\n$1',
        ['deploy/app/deployment.yaml'],
      );
      // Kubernetes gives a rollout up after ten minutes, unless told otherwise
      replaceIn(
        files,
        /^spec:\n/m,
        'spec:\n  progressDeadlineSeconds: 7200\n',
        ['deploy/app/deployment.yaml'],
      );
    },
    enrolment: files => replaceIn(files, /timeout: 3m/, 'timeout: 2h'),
  },
  {
    name: 'reports',
    description: 'Its manifests were moved, its Kustomization was not told',
    owner: 'team-fulfilment',
    clusters: ['prod-eu'],
    images: 1,
    enrolment: files =>
      replaceIn(files, /path: \.\/deploy\/app/, 'path: ./deploy/production'),
  },
  {
    name: 'labels',
    description:
      'Its update automation still uses a template field that Flux 2.9 dropped',
    owner: 'team-fulfilment',
    clusters: ['staging'],
    images: 2,
    // Flux reads the template only when there is something to commit
    behind: 1,
    change: files => replaceIn(files, /\.Changed\.Changes/g, '.Updated.Images'),
  },
  {
    name: 'invoices',
    description: 'Runs on a cluster that cannot be reached',
    owner: 'team-fulfilment',
    clusters: ['prod-us'],
    images: 1,
  },
];

function canary(name: string): string {
  return `apiVersion: flagger.app/v1beta1
kind: Canary
metadata:
  name: ${name}
spec:
  targetRef:
    apiVersion: apps/v1
    kind: Deployment
    name: ${name}
  service:
    port: 80
    targetPort: 8080
  analysis:
    interval: 1m
    threshold: 5
    maxWeight: 50
    stepWeight: 1
`;
}
