import { BackstageCredentials } from '@backstage/backend-plugin-api';

/** Who asks, as it is written on objects: an entity reference, or the name of a service. */
export function principalName(credentials: BackstageCredentials): string {
  const principal = credentials.principal as {
    userEntityRef?: string;
    subject?: string;
  };
  return principal.userEntityRef ?? principal.subject ?? 'unknown';
}
