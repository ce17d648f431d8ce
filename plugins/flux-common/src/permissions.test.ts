import {
  isResourcePermission,
  type Permission,
} from '@backstage/plugin-permission-common';
import { fluxPermissions } from './permissions';

describe('fluxPermissions', () => {
  it('are tied to the catalog entity where there is one, so that owners can be meant', () => {
    expect(
      fluxPermissions.map((p: Permission) => [
        p.name,
        p.attributes.action,
        isResourcePermission(p, 'catalog-entity'),
      ]),
    ).toEqual([
      ['flux.resource.read', 'read', true],
      ['flux.resource.reconcile', 'update', true],
      ['flux.resource.suspend', 'update', true],
      ['flux.resource.resume', 'update', true],
      ['flux.cluster.read', 'read', false],
      ['flux.cluster.enrol', 'create', false],
    ]);
  });
});
