import {
  ClusterView,
  FluxEntityView,
  ResourceRef,
  ResourceView,
  sameResource,
} from '@backstage-flux/plugin-flux-common';

/** The object that a reference names, where the cluster's view has it. */
export function findByRef(
  cluster: ClusterView,
  ref: ResourceRef,
): ResourceView | undefined {
  return cluster.resources.find(each => sameResource(each.ref, ref));
}

/** The object of an id, in whichever cluster it is. */
export function findById(
  view: FluxEntityView,
  id: string,
): ResourceView | undefined {
  for (const cluster of view.clusters) {
    const found = cluster.resources.find(each => each.id === id);
    if (found) {
      return found;
    }
  }
  return undefined;
}

/** A link only when it leads to a web page: what a cluster says is data, never a script. */
export function webUrl(url: string | undefined): string | undefined {
  return url && /^https?:\/\//i.test(url) ? url : undefined;
}
