/**
 * A cluster as the Kubernetes plugin knows it.
 *
 * @public
 */
export interface ClusterDetails {
  name: string;
  title?: string;
}

/**
 * @public
 */
export interface ClusterRequestInit {
  method?: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  headers?: Record<string, string>;
  body?: string;
  signal?: AbortSignal;
}

/**
 * How the Flux plugins reach clusters. By default that is by the Kubernetes plugin, through its proxy or
 * directly, so that clusters and their authentication are configured once, under `kubernetes:`.
 *
 * @public
 */
export interface ClusterAccess {
  /** Throws a `ResponseError` or `ServiceUnavailableError` when the Kubernetes plugin cannot be asked. */
  listClusters(options?: { signal?: AbortSignal }): Promise<ClusterDetails[]>;

  /**
   * Sends a request to the API server of one cluster. `path` starts with `/api` or `/apis`.
   * Answers whatever the API server answers, errors included, and the body of a watch as it comes. Rejects
   * only when no answer came: with a `NotFoundError` for an unknown cluster, a `ServiceUnavailableError` that
   * names the cluster, or the reason of the signal.
   */
  request(
    cluster: string,
    path: string,
    init?: ClusterRequestInit,
  ): Promise<Response>;
}
