import {
  describeRef,
  FluxEntityView,
  SuspendRequest,
} from '@backstage-flux/plugin-flux-common';
import { suspendPatch } from './patches';
import { isSuspended, PlannedChange, planEach } from './plan';

export function planSuspend(
  view: FluxEntityView,
  request: SuspendRequest,
  by: string,
): PlannedChange[] {
  return planEach(view, request.resources, resource => {
    if (isSuspended(resource)) {
      return `${describeRef(resource.ref)} is suspended already`;
    }
    return resource.actions.suspend
      ? suspendPatch(by, request.reason)
      : `A ${resource.ref.kind} can’t be suspended`;
  });
}
