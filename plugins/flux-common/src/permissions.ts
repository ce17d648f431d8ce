import { RESOURCE_TYPE_CATALOG_ENTITY } from '@backstage/plugin-catalog-common/alpha';
import { createPermission } from '@backstage/plugin-permission-common';

/** See the Flux objects that belong to an entity. @public */
export const fluxResourceReadPermission = createPermission({
  name: 'flux.resource.read',
  attributes: { action: 'read' },
  resourceType: RESOURCE_TYPE_CATALOG_ENTITY,
});

/** Ask Flux to reconcile objects that belong to an entity. @public */
export const fluxResourceReconcilePermission = createPermission({
  name: 'flux.resource.reconcile',
  attributes: { action: 'update' },
  resourceType: RESOURCE_TYPE_CATALOG_ENTITY,
});

/** Suspend objects that belong to an entity. @public */
export const fluxResourceSuspendPermission = createPermission({
  name: 'flux.resource.suspend',
  attributes: { action: 'update' },
  resourceType: RESOURCE_TYPE_CATALOG_ENTITY,
});

/** Resume objects that belong to an entity. @public */
export const fluxResourceResumePermission = createPermission({
  name: 'flux.resource.resume',
  attributes: { action: 'update' },
  resourceType: RESOURCE_TYPE_CATALOG_ENTITY,
});

/** See all Flux objects of all clusters. @public */
export const fluxClusterReadPermission = createPermission({
  name: 'flux.cluster.read',
  attributes: { action: 'read' },
});

/** Apply the enrolment objects of a new application to a cluster directly. @public */
export const fluxClusterEnrolPermission = createPermission({
  name: 'flux.cluster.enrol',
  attributes: { action: 'create' },
});

/** All permissions of the Flux plugins. @public */
export const fluxPermissions = [
  fluxResourceReadPermission,
  fluxResourceReconcilePermission,
  fluxResourceSuspendPermission,
  fluxResourceResumePermission,
  fluxClusterReadPermission,
  fluxClusterEnrolPermission,
];
