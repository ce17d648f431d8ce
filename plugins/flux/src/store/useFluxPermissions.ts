import {
  fluxResourceReadPermission,
  fluxResourceReconcilePermission,
  fluxResourceResumePermission,
  fluxResourceSuspendPermission,
} from '@backstage-flux/plugin-flux-common';
import { usePermission } from '@backstage/plugin-permission-react';
import { useMemo } from 'react';

/** What can be done with an object. */
export type FluxAction = 'reconcile' | 'suspend' | 'resume';

/** Per action, the name of the permission that the reader lacks; absent when allowed. */
export type DeniedActions = Partial<Record<FluxAction, string>>;

/**
 * Whether the reader may see an entity's objects. When that can't be found out, the backend, which
 * decides anyway, is asked.
 */
export function useCanRead(resourceRef: string) {
  const { allowed, loading, error } = usePermission({
    permission: fluxResourceReadPermission,
    resourceRef,
  });
  return {
    allowed: allowed || Boolean(error),
    loading,
    permission: fluxResourceReadPermission.name,
  };
}

/** What the reader may not do with an entity's objects. */
export function useDeniedActions(resourceRef: string): DeniedActions {
  const reconcile = useDenied(fluxResourceReconcilePermission, resourceRef);
  const suspend = useDenied(fluxResourceSuspendPermission, resourceRef);
  const resume = useDenied(fluxResourceResumePermission, resourceRef);
  return useMemo(
    () => ({ reconcile, suspend, resume }),
    [reconcile, suspend, resume],
  );
}

function useDenied(
  permission: typeof fluxResourceReconcilePermission,
  resourceRef: string,
): string | undefined {
  const { allowed, loading, error } = usePermission({
    permission,
    resourceRef,
  });
  return allowed || loading || error ? undefined : permission.name;
}
