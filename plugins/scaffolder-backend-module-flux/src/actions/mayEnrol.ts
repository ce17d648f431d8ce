import {
  BackstageCredentials,
  PermissionsService,
} from '@backstage/backend-plugin-api';
import { fluxClusterEnrolPermission } from '@backstage-flux/plugin-flux-common';
import { AuthorizeResult } from '@backstage/plugin-permission-common';

/** Whether somebody may apply an enrolment to clusters without a pull request. */
export async function mayEnrol(
  permissions: PermissionsService,
  credentials: BackstageCredentials,
): Promise<boolean> {
  const [{ result }] = await permissions.authorize(
    [{ permission: fluxClusterEnrolPermission }],
    { credentials },
  );
  return result === AuthorizeResult.ALLOW;
}
