import { ClusterView } from '@backstage-flux/plugin-flux-common';
import { healthyCluster, resource } from '../__fixtures__';
import { countStates, noFilter, TreeFilter, treeRows } from './tree';

const word = (state: string) => (state === 'upToDate' ? 'Up to date' : state);
const names = (
  cluster: ClusterView,
  filter: TreeFilter,
  folded: string[] = [],
) =>
  treeRows(cluster, filter, new Set(folded), word).rows.map(
    each => `${'·'.repeat(each.depth)}${each.resource.ref.kind}`,
  );

describe('treeRows', () => {
  it('puts children under their parents, and leaves out what is folded', () => {
    const cluster = healthyCluster('prod-eu');
    expect(names(cluster, noFilter)).toEqual([
      'GitRepository',
      'ImageRepository',
      'ImagePolicy',
      'ImageUpdateAutomation',
      'Kustomization',
      '·Deployment',
      '··ReplicaSet',
      '···Pod',
      '···Pod',
      '···Pod',
      '·Service',
    ]);
    const deployment = cluster.resources.find(
      each => each.ref.kind === 'Deployment',
    )!;
    expect(names(cluster, noFilter, [deployment.id]).slice(4)).toEqual([
      'Kustomization',
      '·Deployment',
      '·Service',
    ]);
  });

  it.each<[string, Partial<TreeFilter>, string[]]>([
    [
      'a name',
      { text: 'ORDERS-6D4F9C8B7-2xk9p' },
      ['·Deployment', '··ReplicaSet', '···Pod'],
    ],
    [
      'words that all match',
      { text: 'pod qw7zd' },
      ['·Deployment', '··ReplicaSet', '···Pod'],
    ],
    ['a kind', { kinds: new Set(['Service']) }, ['·Service']],
  ])('finds %s with its ancestors', (_, filter, rows) => {
    expect(
      names(healthyCluster('prod-eu'), { ...noFilter, ...filter }),
    ).toEqual(['Kustomization', ...rows]);
  });

  it('finds states by their word', () => {
    const cluster = {
      ...healthyCluster('prod-eu'),
      resources: [
        resource('prod-eu', 'Kustomization', 'a', { state: 'failing' }),
        resource('prod-eu', 'Kustomization', 'b'),
      ],
    };
    expect(names(cluster, { ...noFilter, text: 'up to date' })).toHaveLength(1);
    expect(
      names(cluster, { ...noFilter, states: new Set(['failing']) }),
    ).toHaveLength(1);
    expect(countStates(cluster.resources)).toEqual([
      { state: 'failing', count: 1 },
      { state: 'upToDate', count: 1 },
    ]);
  });

  it('shows objects whose parent is unknown, or that are their own parent', () => {
    const self = resource('prod-eu', 'Kustomization', 'flux-system');
    const orphan = resource('prod-eu', 'Deployment', 'a', { parentId: 'gone' });
    const cluster = {
      ...healthyCluster('prod-eu'),
      resources: [{ ...self, parentId: self.id }, orphan],
    };
    expect(names(cluster, noFilter)).toEqual(['Kustomization', 'Deployment']);
  });
});
