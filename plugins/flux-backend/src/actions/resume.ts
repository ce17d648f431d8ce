import {
  describeRef,
  FluxEntityView,
  kindInfo,
  ResumeRequest,
} from '@backstage-flux/plugin-flux-common';
import { resumePatch } from './patches';
import { PlannedChange, planEach } from './plan';

export function planResume(
  view: FluxEntityView,
  request: ResumeRequest,
  by: string,
): PlannedChange[] {
  return planEach(view, request.resources, ({ actions, ref }) => {
    const info = kindInfo(ref.group, ref.kind);
    if (actions.resume) {
      return resumePatch(by, { reconcile: info?.reconcilable ?? false });
    }
    return info?.suspendable
      ? `${describeRef(ref)} isn’t suspended`
      : `A ${ref.kind} can’t be resumed`;
  });
}
