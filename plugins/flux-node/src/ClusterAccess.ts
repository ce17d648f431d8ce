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
 * How the Flux plugins reach clusters. The default goes through the Kubernetes plugin's proxy with
 * the calling plugin's own service credentials, so that clusters and their authentication are
 * configured once, under `kubernetes:`.
 *
 * @public
 */
export interface ClusterAccess {
  /** Throws a `ResponseError` or `ServiceUnavailableError` when the Kubernetes plugin cannot be asked. */
  listClusters(options?: { signal?: AbortSignal }): Promise<ClusterDetails[]>;

  /**
   * Sends a request to the API server of one cluster. `path` starts with `/api` or `/apis`.
   * Answers whatever the API server answers, errors included; rejects only when no answer came.
   */
  request(
    cluster: string,
    path: string,
    init?: ClusterRequestInit,
  ): Promise<Response>;
}
