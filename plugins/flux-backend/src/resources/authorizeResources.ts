import {
  BackstageCredentials,
  PermissionsService,
} from '@backstage/backend-plugin-api';
import { NotAllowedError } from '@backstage/errors';
import { AuthorizeResult } from '@backstage/plugin-permission-common';
import { fluxClusterReadPermission } from '@backstage-flux/plugin-flux-common';

/** @throws NotAllowedError unless somebody may see the objects of all clusters. */
export async function authorizeResources(
  permissions: PermissionsService,
  credentials: BackstageCredentials,
) {
  const permission = fluxClusterReadPermission;
  const [decision] = await permissions.authorize([{ permission }], {
    credentials,
  });
  if (decision.result !== AuthorizeResult.ALLOW) {
    throw new NotAllowedError(
      `You need the permission ${permission.name} to see the objects of all clusters`,
    );
  }
}
