import {
  ClusterConnection,
  Projection,
  ProjectionIndex,
} from '@backstage-flux/plugin-flux-common';
import { ClusterDetails } from '@backstage-flux/plugin-flux-node';

/** Kinds that could not be read, and why. */
export type Missing = NonNullable<ClusterConnection['missing']>;

/** What is known of one cluster at this moment. Looking at it asks nobody. */
export interface ClusterState {
  readonly cluster: ClusterDetails;
  readonly connection: ClusterConnection;
  /**
   * Flux's objects, canaries, what Flux applied, and what was asked for by
   * {@link ResourceStore.watchNamespaces}. Its answers change with the cluster; where the connection
   * isn't live, they are what was known when it last was.
   */
  readonly index: ProjectionIndex;
  /** Grows with every change of an object or of the connection. */
  readonly version: number;
}

/** One change, after it has been made. */
export type StoreChange =
  | {
      type: 'object';
      cluster: string;
      /** Undefined for an object that is new. */
      before?: Projection;
      /** Undefined for an object that is gone. */
      after?: Projection;
    }
  /** The connection changed, or the cluster came or went. */
  | { type: 'cluster'; cluster: string };

/**
 * What is known of clusters, kept current by watches. No cluster that is slow, silent or broken makes a
 * method reject or wait for long.
 */
export interface ResourceStore {
  /**
   * In the order in which the Kubernetes plugin has them. Waits a moment for clusters that have only
   * just begun to be read.
   *
   * @throws ServiceUnavailableError when the clusters themselves could never be listed.
   */
  clusters(): Promise<readonly ClusterState[]>;

  /**
   * Keeps current for a while what only namespaces tell: Pods, ReplicaSets, Jobs, and where Flagger is
   * at work, what it makes. Those carry no label of Flux, so they can only be found where the entity's
   * own objects are. Waits a moment when a namespace is asked for the first time.
   *
   * @returns What could not be read there.
   */
  watchNamespaces(cluster: string, namespaces: string[]): Promise<Missing>;

  /** Takes the object that an API server answered to a write, so that whoever wrote sees it at once. */
  observe(cluster: string, object: object): void;

  /** Calls back after each change, until the returned function is called. */
  subscribe(listener: (change: StoreChange) => void): () => void;
}
