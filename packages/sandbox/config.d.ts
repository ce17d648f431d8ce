export interface Config {
  /**
   * The sandbox: GitHub, an image registry, Kubernetes clusters and Flux, all on loopback. It starts only
   * when this section is there.
   */
  sandbox?: {
    /** Where everything that survives a restart is kept, relative to the backend's working directory. */
    directory: string;
    /**
     * Whether example applications and a fleet repository for each cluster are made at the first start.
     * Users, groups and the catalog's repository are made either way. Defaults to true.
     */
    examples?: boolean;
    /**
     * Clusters that run elsewhere and get a fleet repository, `fleet-<name>`, at the first start; what makes
     * Flux follow it is applied by others.
     */
    fleets?: string[];
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
      /**
       * An address or name of this machine to listen on besides 127.0.0.1, for clusters that cannot reach
       * loopback; 0.0.0.0 for all. Whoever reaches it and has the token can run programs as you.
       */
      host?: string;
      /**
       * The address in clone URLs, links and API answers; browsers, this backend and the clusters must all
       * reach it. Defaults to `http://<host>:<port>`.
       */
      url?: string;
      /** The address in SSH clone URLs. Defaults to `ssh://git@<host of url>:<sshPort>`. */
      sshUrl?: string;
      /**
       * How workflows build images: `docker` by a container engine, `none` without one (an image that has
       * tags and labels, and no files), `auto` by an engine where one answers, unless the sandbox runs its
       * clusters itself, where no container runs anyway. Defaults to `auto`.
       */
      build?: 'auto' | 'docker' | 'none';
    };
    registry: {
      /** Port of the registry; without it none is started, and `url` names one that is there. */
      port?: number;
      /** An address or name of this machine to listen on besides 127.0.0.1; 0.0.0.0 for all. */
      host?: string;
      /**
       * The address under which workflows, clusters and image names know the registry. Defaults to
       * `http://<host>:<port>`; needed without a port.
       */
      url?: string;
    };
    kubernetes?: {
      /** The clusters that the sandbox runs itself; none for clusters that run elsewhere. */
      clusters?: Array<{
        name: string;
        /** Port of the cluster's API server. */
        port: number;
        /**
         * Port of Flux's webhook receiver, and of its artifacts. Defaults to a free one, which is another with
         * each start; workflows that call a Receiver need one that stays.
         */
        webhookPort?: number;
      }>;
    };
  };
}
