import type { ResourceView } from './api';
import { inDisplayOrder } from './displayOrder';
import { resourceId } from './refs';

function row(
  group: string,
  kind: string,
  name: string,
  more: Partial<ResourceView> = {},
): ResourceView {
  const ref = { cluster: 'prod-eu', group, kind, namespace: 'orders', name };
  return {
    id: resourceId(ref),
    ref,
    status: { state: 'upToDate', summary: '', message: '' },
    dependsOn: [],
    actions: { reconcile: false, suspend: false, resume: false },
    ...more,
  };
}

const KUSTOMIZE = 'kustomize.toolkit.fluxcd.io';
const orders = row(KUSTOMIZE, 'Kustomization', 'orders');
const images = row(KUSTOMIZE, 'Kustomization', 'orders-images');
const deployment = row('apps', 'Deployment', 'orders', { parentId: orders.id });
const under = (
  parent: ResourceView,
  group: string,
  kind: string,
  name: string,
  createdAt?: string,
) => row(group, kind, name, { parentId: parent.id, createdAt });
const older = under(
  deployment,
  'apps',
  'ReplicaSet',
  'orders-6d5',
  '2026-11-22T17:00:00Z',
);
const newer = under(
  deployment,
  'apps',
  'ReplicaSet',
  'orders-9f4',
  '2026-11-22T18:00:00Z',
);
const pods = ['orders-9f4-aaaaa', 'orders-9f4-zzzzz'].map(name =>
  under(newer, '', 'Pod', name, '2026-11-22T18:00:01Z'),
);

const names = (views: ResourceView[]) =>
  inDisplayOrder(views).map(v => `${v.ref.kind} ${v.ref.name}`);

describe('inDisplayOrder', () => {
  const all = [
    row('source.toolkit.fluxcd.io', 'GitRepository', 'orders'),
    { ...orders, dependsOn: [images.id] },
    images,
    deployment,
    older,
    newer,
    ...pods,
    under(orders, '', 'Service', 'orders'),
  ];
  const expected = [
    'GitRepository orders',
    'Kustomization orders-images',
    'Kustomization orders',
    'Deployment orders',
    'ReplicaSet orders-9f4',
    'Pod orders-9f4-aaaaa',
    'Pod orders-9f4-zzzzz',
    'ReplicaSet orders-6d5',
    'Service orders',
  ];

  it('puts every object after its parent, what others need first, and what is newer before what is older', () => {
    expect(names(all)).toEqual(expected);
  });

  it('is the same for any order of objects', () => {
    for (let i = 0; i < all.length; i++) {
      const turned = [...all.slice(i), ...all.slice(0, i)];
      expect(names(turned)).toEqual(expected);
      expect(names(turned.reverse())).toEqual(expected);
    }
  });

  it('loses nothing of two objects that name each other as parent', () => {
    const circle = [
      { ...orders, parentId: images.id },
      { ...images, parentId: orders.id },
    ];
    expect(names(circle).sort()).toEqual([
      'Kustomization orders',
      'Kustomization orders-images',
    ]);
  });
});
