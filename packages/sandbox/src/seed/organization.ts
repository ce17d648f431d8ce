import { stringify } from 'yaml';
import { SeedApplication } from './applications';
import { Files } from './files';

const groups: Record<string, string> = {
  'team-checkout': 'Orders, payments, shipping',
  'team-storefront': 'What customers see',
  'team-fulfilment': 'From warehouse to doorstep',
  'team-platform': 'Clusters and the way to them',
};

const entity = (kind: string, name: string, extra: object, spec: object) => ({
  apiVersion: 'backstage.io/v1alpha1',
  kind,
  metadata: { name, ...extra },
  spec,
});

const shop = entity(
  'System',
  'shop',
  { description: 'Everything between a customer and a parcel' },
  { owner: 'group:default/team-checkout' },
);

/** The repository that tells the catalog who there is and what they own. */
export function catalogFiles(options: {
  githubUrl: string;
  owner: string;
  /** Those that have a fleet repository. */
  clusters: string[];
  applications: SeedApplication[];
}): Files {
  const organization = [
    entity(
      'User',
      'guest',
      {},
      {
        profile: { displayName: 'Guest' },
        memberOf: Object.keys(groups),
      },
    ),
    entity(
      'Group',
      options.owner,
      {},
      { type: 'organization', children: Object.keys(groups) },
    ),
    ...Object.entries(groups).map(([name, description]) =>
      entity(
        'Group',
        name,
        { description },
        {
          type: 'team',
          parent: options.owner,
          children: [],
        },
      ),
    ),
    ...(options.applications.length > 0 ? [shop] : []),
    ...options.clusters.map(cluster =>
      entity(
        'Resource',
        cluster,
        {
          description: `What Flux keeps on the cluster ${cluster}`,
          annotations: {
            'backstage.io/kubernetes-cluster': cluster,
            'fluxcd.io/resources': [
              'flux-system',
              'storage',
              'databases',
              'apps',
            ]
              .map(name => `kustomization:flux-system/${name}`)
              .join(', '),
            'github.com/project-slug': `${options.owner}/fleet-${cluster}`,
            'backstage.io/source-location': `url:${options.githubUrl}/${options.owner}/fleet-${cluster}/`,
          },
        },
        {
          type: 'kubernetes-cluster',
          owner: 'group:default/team-platform',
        },
      ),
    ),
  ];
  const all = entity(
    'Location',
    'all',
    {},
    {
      targets: [
        './organization.yaml',
        ...options.applications.map(
          app =>
            `${options.githubUrl}/${options.owner}/${app.name}/blob/main/catalog-info.yaml`,
        ),
      ],
    },
  );
  return new Map([
    [
      'README.md',
      '# Catalog\n\nWho there is, and which repositories the catalog reads.\n',
    ],
    ['all.yaml', stringify(all)],
    [
      'organization.yaml',
      organization.map(item => stringify(item)).join('---\n'),
    ],
  ]);
}
