import * as names from './annotations';
import type { Projection } from './projection/types';
import type { ProjectionIndex } from './projectionIndex';
import type { ObjectRef } from './refs';
import { matchesSelector, parseSelector, type Requirement } from './selector';

/**
 * Which objects an entity names.
 *
 * @public
 */
export interface EntitySelection {
  /** From `fluxcd.io/resources`; when given, nothing else selects. */
  refs: ObjectRef[];
  kubernetesId?: string;
  labelSelector?: Requirement[];
  /** Limits `kubernetesId` and `labelSelector`. */
  namespace?: string;
  /** Clusters to look at; empty: all. */
  clusters: string[];
  /** The entity is a cluster itself: it holds many applications, and no version is its own. */
  isCluster?: boolean;
}

/**
 * Reads an entity's annotations. Answers undefined when none of them selects objects. `isCluster` says that
 * the entity is a cluster itself, by convention a Resource of type `kubernetes-cluster`.
 *
 * @throws `InputError` that names the annotation and what is wrong with it.
 * @public
 */
export function parseEntitySelection(
  annotations: Record<string, string> = {},
  { isCluster }: { isCluster?: boolean } = {},
): EntitySelection | undefined {
  const resources = annotations[names.FLUX_RESOURCES_ANNOTATION];
  const kubernetesId = annotations[names.KUBERNETES_ID_ANNOTATION];
  const selector = annotations[names.KUBERNETES_LABEL_SELECTOR_ANNOTATION];
  if (!resources && !kubernetesId && !selector) return undefined;
  const clusters = annotations[names.KUBERNETES_CLUSTER_ANNOTATION] ?? '';
  return {
    refs: resources ? names.parseFluxResources(resources) : [],
    kubernetesId: kubernetesId || undefined,
    labelSelector: selector ? parseSelector(selector) : undefined,
    namespace: annotations[names.KUBERNETES_NAMESPACE_ANNOTATION] || undefined,
    clusters: clusters
      .split(',')
      .map(c => c.trim())
      .filter(Boolean),
    isCluster: isCluster || undefined,
  };
}

/**
 * Whether an entity may have objects in a cluster.
 *
 * @public
 */
export function selectsCluster(
  selection: EntitySelection,
  cluster: string,
): boolean {
  return (
    selection.clusters.length === 0 || selection.clusters.includes(cluster)
  );
}

/**
 * The objects of one cluster that an entity names: by reference, else by label selector (which wins over
 * the id, as in Backstage's Kubernetes plugin), else by the label `backstage.io/kubernetes-id`.
 *
 * @public
 */
export function selectRoots(
  index: ProjectionIndex,
  selection: EntitySelection,
): Projection[] {
  if (selection.refs.length > 0) {
    return selection.refs.flatMap(ref => index.find(ref) ?? []);
  }
  const { kubernetesId, labelSelector, namespace } = selection;
  const found = labelSelector
    ? candidates(index, labelSelector).filter(p =>
        matchesSelector(p.labels, labelSelector),
      )
    : index.withLabel(names.KUBERNETES_ID_ANNOTATION, [kubernetesId ?? '']);
  return found.filter(p => !namespace || p.ref.namespace === namespace);
}

/** Few objects carry the label that a selector asks for; only one that asks for none has to see all. */
function candidates(
  index: ProjectionIndex,
  selector: Requirement[],
): Projection[] {
  const required =
    selector.find(({ operator }) => operator === 'in') ??
    selector.find(({ operator }) => operator === 'exists');
  if (!required) return index.all();
  return required.operator === 'in'
    ? index.withLabel(required.key, required.values)
    : index.withLabel(required.key);
}
