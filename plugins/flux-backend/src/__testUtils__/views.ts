import {
  ClusterConnection,
  FluxEntityView,
  ResourceView,
} from '@backstage-flux/plugin-flux-common';

export const PAYMENTS = '/entities/default/component/payments';

/** An object in a view; undefined when it isn't there. */
export function resource(view: FluxEntityView, kind: string, name: string) {
  return view.clusters
    .flatMap(cluster => cluster.resources)
    .find(r => r.ref.kind === kind && r.ref.name === name) as ResourceView;
}

/** How well a cluster can be heard, by a view or by the list of clusters. */
export function connectionOf(
  body: FluxEntityView | { items: FluxEntityView['clusters'] },
  cluster: string,
): ClusterConnection | undefined {
  const clusters = 'items' in body ? body.items : body.clusters;
  return clusters.find(({ name }) => name === cluster)?.connection;
}
