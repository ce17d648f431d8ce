import { objectFiles, recordedObjects } from './__fixtures__/recordings';
import { inventoryRefs, parseInventoryId } from './inventory';

describe('parseInventoryId', () => {
  it.each([
    ['orders_orders_apps_Deployment', 'apps', 'Deployment', 'orders', 'orders'],
    ['orders_orders__Service', '', 'Service', 'orders', 'orders'],
    ['_orders__Namespace', '', 'Namespace', '', 'orders'],
    [
      '_flux__reader_rbac.authorization.k8s.io_ClusterRole',
      'rbac.authorization.k8s.io',
      'ClusterRole',
      '',
      'flux:reader',
    ],
    [
      'ns_a__b__c_rbac.authorization.k8s.io_Role',
      'rbac.authorization.k8s.io',
      'Role',
      'ns',
      'a:b:c',
    ],
  ])('%s', (id, group, kind, namespace, name) => {
    expect(parseInventoryId(id)).toEqual({ group, kind, namespace, name });
  });

  it.each(['', 'a', 'a_b', 'a_b_c', '___', 'ns__apps_'])('%j is none', id => {
    expect(parseInventoryId(id)).toBeUndefined();
  });
});

describe('inventoryRefs', () => {
  it('reads every entry of every recorded inventory', () => {
    let read = 0;
    for (const file of objectFiles) {
      for (const object of recordedObjects(file)) {
        const { inventory } = object.status ?? {};
        const entries = inventory?.entries ?? [];
        expect(inventoryRefs(inventory)).toHaveLength(entries.length);
        read += entries.length;
      }
    }
    expect(read).toBeGreaterThan(20);
  });

  it('reads the bare array of an ArtifactGenerator', () => {
    expect(
      inventoryRefs([
        {
          name: 'orders',
          namespace: 'apps',
          digest: 'sha256:1',
          filename: 'x',
        },
        { name: 'no namespace' },
      ]),
    ).toEqual([
      {
        group: 'source.toolkit.fluxcd.io',
        kind: 'ExternalArtifact',
        namespace: 'apps',
        name: 'orders',
      },
    ]);
  });

  it.each([
    undefined,
    null,
    'x',
    7,
    {},
    { entries: 'x' },
    { entries: [1, {}] },
  ])('takes nothing from %j', value => {
    expect(inventoryRefs(value)).toEqual([]);
  });
});
