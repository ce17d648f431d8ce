export interface Config {
  /**
   * The sandbox: GitHub, an image registry, Kubernetes clusters and Flux, all on loopback. It starts only
   * when this section is there.
   */
  sandbox?: {
    /** Where everything that survives a restart is kept, relative to the backend's working directory. */
    directory: string;
    github: {
      /** Port of the REST API, of Git over HTTP and of the pages. */
      port: number;
      /** Port of Git over SSH. */
      sshPort: number;
      /**
       * The token that Backstage uses.
       * @visibility secret
       */
      token: string;
    };
    registry: {
      port: number;
    };
    kubernetes: {
      clusters: Array<{
        name: string;
        /** Port of the cluster's API server. */
        port: number;
      }>;
    };
  };
}
