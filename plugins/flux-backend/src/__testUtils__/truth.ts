import {
  buildClusterView,
  kindInfo,
  parseEntitySelection,
  project,
  Projection,
  ResourceView,
} from '@backstage-flux/plugin-flux-common';
import { TestCluster } from './cluster';
import { paymentsEntity } from './fluxBackend';

/** Projections of all objects of an API server that Flux's plugins know the kinds of. */
export function projectionsOf(api: TestCluster, cluster: string): Projection[] {
  return api
    .objects()
    .filter(({ apiVersion, kind }) =>
      kindInfo(apiVersion.includes('/') ? apiVersion.split('/')[0] : '', kind),
    )
    .map(object => project(cluster, object));
}

/** What a view must show of a cluster, made from the API server's own objects. */
export function truthOf(api: TestCluster, cluster: string): ResourceView[] {
  const { resources } = buildClusterView({
    cluster,
    connection: { state: 'live', since: new Date().toISOString() },
    projections: projectionsOf(api, cluster),
    selection: parseEntitySelection(paymentsEntity.metadata.annotations)!,
    now: new Date().toISOString(),
  })!;
  // As the view comes, by JSON
  return JSON.parse(JSON.stringify(resources));
}
