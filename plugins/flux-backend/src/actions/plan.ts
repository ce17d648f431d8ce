import {
  describeRef,
  FluxEntityView,
  ResourceRef,
  resourceId,
  ResourceView,
} from '@backstage-flux/plugin-flux-common';

/** One object of an action: the patch that it gets, or why it gets none. */
export type PlannedChange =
  | { ref: ResourceRef; patch: object }
  | { ref: ResourceRef; error: string };

/** All objects of a view by id. */
export function resourcesOf(view: FluxEntityView): Map<string, ResourceView> {
  return new Map(
    view.clusters.flatMap(cluster =>
      cluster.resources.map(resource => [resource.id, resource] as const),
    ),
  );
}

/** Plans a change of named objects, each of which has to be part of the view. */
export function planEach(
  view: FluxEntityView,
  refs: ResourceRef[],
  plan: (resource: ResourceView) => object | string,
): PlannedChange[] {
  const resources = resourcesOf(view);
  const unique = new Map(refs.map(ref => [resourceId(ref), ref] as const));
  return [...unique].map(([id, ref]) => {
    const resource = resources.get(id);
    if (!resource) {
      return {
        ref,
        error: `${describeRef(ref)} in cluster ${
          ref.cluster
        } isn’t among the objects of ${view.entityRef}`,
      };
    }
    const result = plan(resource);
    return typeof result === 'string'
      ? { ref, error: result }
      : { ref, patch: result };
  });
}

/** Only what is suspended can be resumed; its state may tell something else that is worse. */
export function isSuspended(resource: ResourceView): boolean {
  return resource.actions.resume;
}
