import {
  FLUX_RESOURCES_ANNOTATION,
  KUBERNETES_CLUSTER_ANNOTATION,
} from './annotations';
import type { ClusterView, FluxEntityView, ResourceStatus } from './api';
import { buildClusterView, type ClusterViewInput } from './clusterView';
import { namedButNotFound, type SearchedCluster } from './notFound';
import { createProjectionIndex, isProjectionIndex } from './projectionIndex';
import type { EntitySelection } from './selection';
import { compareStates } from './stateOrder';

export { buildClusterView, type ClusterViewInput } from './clusterView';
export type { SearchedCluster } from './notFound';

/**
 * What an entity's view is made from.
 *
 * @public
 */
export interface EntityViewInput {
  /** e.g. `component:default/orders`. */
  entityRef: string;
  /** Undefined when no annotation of the entity selects objects; see `parseEntitySelection`. */
  selection?: EntitySelection;
  clusters: Omit<ClusterViewInput, 'selection' | 'now'>[];
  /** ISO 8601. */
  now: string;
}

function example(entityRef: string): string {
  const name = entityRef.slice(entityRef.lastIndexOf('/') + 1).toLowerCase();
  return [
    'metadata:',
    '  annotations:',
    `    ${FLUX_RESOURCES_ANNOTATION}: kustomization:${name}/${name}`,
  ].join('\n');
}

function clusterNames(clusters: ClusterView[]): string {
  const names = clusters.map(c => c.title ?? c.name);
  return names.length === 1 ? names[0] : `${names.length} clusters`;
}

function overall(clusters: ClusterView[], annotated: boolean): ResourceStatus {
  const [worst] = clusters;
  if (!worst) {
    return {
      state: 'unknown',
      summary: 'nothing is deployed yet',
      message: annotated
        ? 'What its annotations name is on no cluster that can be read.'
        : 'It has no annotation that names Flux objects.',
    };
  }
  const { status } = worst;
  if (status.state !== 'upToDate') return status;
  const versions = new Set(
    clusters.flatMap(c => (c.running ? [c.running.label] : [])),
  );
  const [only] = versions;
  return {
    ...status,
    message:
      versions.size === 1
        ? `${only} runs ${
            clusters.length > 1 ? 'everywhere' : `in ${clusterNames(clusters)}`
          }.`
        : status.message,
  };
}

/**
 * What the answer about an entity is joined from.
 *
 * @public
 */
export interface ClusterViewsInput {
  /** e.g. `component:default/orders`. */
  entityRef: string;
  /** Undefined when no annotation of the entity selects objects. */
  selection?: EntitySelection;
  /** All clusters that were looked at, with their views where they have one. */
  clusters: (SearchedCluster & { view?: ClusterView })[];
}

/**
 * Joins the views of clusters to the answer about an entity: what needs attention first, the worst of their
 * states as the entity's, what to annotate when nothing belongs to it, and which objects it names in vain.
 * One cluster that cannot be heard never hides the others.
 *
 * @public
 */
export function joinClusterViews({
  entityRef,
  selection,
  clusters: all,
}: ClusterViewsInput): FluxEntityView {
  const clusters = all
    .flatMap(({ view }) => view ?? [])
    .sort(
      (a, b) =>
        compareStates(a.status.state, b.status.state) ||
        a.name.localeCompare(b.name),
    );
  const nothing = clusters.every(c => c.resources.length === 0);
  const notFound =
    selection && !nothing ? namedButNotFound(all, selection) : [];
  return {
    entityRef,
    status: overall(clusters, selection !== undefined),
    clusters,
    ...(nothing
      ? {
          empty: {
            annotated: selection !== undefined,
            example: example(entityRef),
          },
        }
      : {}),
    ...(notFound.length > 0 ? { notFound } : {}),
  };
}

/**
 * An entity over all clusters, as {@link joinClusterViews} joins them.
 *
 * @public
 */
export function buildEntityView(input: EntityViewInput): FluxEntityView {
  const { entityRef, selection, now } = input;
  const clusters = input.clusters.map(c => {
    const index = isProjectionIndex(c.projections)
      ? c.projections
      : createProjectionIndex(c.projections);
    const view =
      selection &&
      buildClusterView({ ...c, projections: index, selection, now });
    return { ...c, index, view };
  });
  return joinClusterViews({ entityRef, selection, clusters });
}

/** Clusters that an entity's annotation names but nobody has configured. @public */
export function unknownClusters(
  selection: EntitySelection,
  configured: string[],
): { cluster: string; message: string }[] {
  return selection.clusters
    .filter(c => !configured.includes(c))
    .map(cluster => ({
      cluster,
      message: `The annotation ${KUBERNETES_CLUSTER_ANNOTATION} names the cluster ${cluster}, which is not configured`,
    }));
}
