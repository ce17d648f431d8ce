import {
  BackstageCredentials,
  PermissionsService,
} from '@backstage/backend-plugin-api';
import { NotAllowedError } from '@backstage/errors';
import { AuthorizeResult } from '@backstage/plugin-permission-common';
import { fluxResourceReadPermission } from '@backstage-flux/plugin-flux-common';
import { authorizeClusters } from './clusterInfos';

/**
 * Whether a name is taken is for those to know who fill in forms: application developers, who see the Flux
 * objects of their entities and neither all clusters' objects nor may they apply anything. A namespace that
 * is to be belongs to no entity, so it is enough that the policy doesn't deny them every entity.
 */
export async function authorizeNamespaces(
  permissions: PermissionsService,
  credentials: BackstageCredentials,
) {
  await authorizeClusters(permissions, credentials);
  const permission = fluxResourceReadPermission;
  const [decision] = await permissions.authorizeConditional([{ permission }], {
    credentials,
  });
  if (decision.result === AuthorizeResult.DENY) {
    throw new NotAllowedError(
      `You need the permission ${permission.name} on some entity to see whether a namespace exists`,
    );
  }
}
