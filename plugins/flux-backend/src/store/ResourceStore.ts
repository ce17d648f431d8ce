import {
  ClusterConnection,
  Projection,
} from '@backstage-flux/plugin-flux-common';
import { ClusterDetails } from '@backstage-flux/plugin-flux-node';

/** What is known of one cluster. */
export interface ClusterSnapshot {
  cluster: ClusterDetails;
  connection: ClusterConnection;
  /**
   * Flux's objects, canaries and the workloads that carry a label of Flux. Where the connection isn't
   * live, what was known when it last was.
   */
  objects: readonly Projection[];
}

/** What the namespaces of an entity hold besides. */
export interface NamespaceObjects {
  objects: readonly Projection[];
  missing: NonNullable<ClusterConnection['missing']>;
}

/**
 * Gives what is known of clusters. Nobody who asks needs to know how it gets to be known, and no
 * cluster that is slow, silent or broken makes a method reject or wait longer than its time-out.
 */
export interface ResourceStore {
  /** Rejects only when the clusters themselves can't be listed. */
  listClusters(): Promise<ClusterDetails[]>;

  snapshot(cluster: ClusterDetails): Promise<ClusterSnapshot>;

  /**
   * The workloads, ReplicaSets, Pods, Services and Ingresses of some namespaces, whoever made them: what
   * controllers make carries no label of Flux, so it can only be found where the entity's own objects are.
   */
  namespaces(
    cluster: ClusterDetails,
    namespaces: string[],
  ): Promise<NamespaceObjects>;

  /** Somebody changed the cluster: the next who asks gets what is true after that. */
  invalidate(cluster: string): void;
}
