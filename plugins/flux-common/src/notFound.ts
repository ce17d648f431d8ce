import { FLUX_RESOURCES_ANNOTATION } from './annotations';
import type { ClusterConnection, FluxEntityView } from './api';
import type { ProjectionIndex } from './projectionIndex';
import { selectsCluster, type EntitySelection } from './selection';

/** What is known of one cluster when objects are looked for by name. @public */
export interface SearchedCluster {
  cluster: string;
  title?: string;
  connection: ClusterConnection;
  index: Pick<ProjectionIndex, 'find'>;
}

/** A cluster that was never read, or shows nothing of the kind, may have the object after all. */
function mayHide({ connection }: SearchedCluster, kind: string): boolean {
  return (
    connection.state === 'down' ||
    connection.state === 'syncing' ||
    connection.missing?.some(
      m => m.kind === kind && m.reason !== 'notInstalled',
    ) === true
  );
}

/**
 * Objects that the annotation names and no cluster has. An object that only some clusters have is nothing to
 * tell of: the annotation is the same for all of them.
 */
export function namedButNotFound(
  all: SearchedCluster[],
  selection: EntitySelection,
): NonNullable<FluxEntityView['notFound']> {
  const clusters = all.filter(c => selectsCluster(selection, c.cluster));
  const where =
    clusters.length === 1
      ? clusters[0].title ?? clusters[0].cluster
      : 'any cluster';
  return selection.refs
    .filter(ref => !clusters.some(c => c.index.find(ref)))
    .filter(ref => !clusters.some(c => mayHide(c, ref.kind)))
    .map(ref => ({
      ref,
      message: `The annotation ${FLUX_RESOURCES_ANNOTATION} names ${ref.kind} ${ref.namespace}/${ref.name}, which does not exist in ${where}.`,
    }));
}
