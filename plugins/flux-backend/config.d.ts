import { HumanDuration } from '@backstage/types';

export interface Config {
  /** Backstage Flux. Clusters are configured under `kubernetes`. */
  flux?: {
    /** How clusters are read. */
    clusters?: {
      /**
       * How long a cluster may take to answer before it counts as not reachable. 10 s by default.
       * @visibility backend
       */
      timeout?: string | HumanDuration;
      /**
       * The longest pause between two tries to reach a cluster. 15 s by default. A cluster that names a time
       * itself (Retry-After) is left alone for that long.
       * @visibility backend
       */
      retryAfter?: string | HumanDuration;
      /**
       * How often each cluster is asked which kinds it serves, which also tells whether it still answers. It
       * is one small request. 30 s by default.
       * @visibility backend
       */
      checkInterval?: string | HumanDuration;
      /**
       * A watch that says nothing for so long is begun anew. API servers send a bookmark about every minute,
       * so less than that only costs requests. 100 s by default.
       * @visibility backend
       */
      silence?: string | HumanDuration;
      /**
       * How often the Kubernetes plugin is asked which clusters there are. 60 s by default.
       * @visibility backend
       */
      refresh?: string | HumanDuration;
    };
    /**
     * Where the web pages of Git hosts are whose address doesn't tell, so that a revision can link to its
     * commit. Only needed where SSH has a port or a host of its own.
     */
    gitHosts?: Array<{
      /**
       * Host in the Git address, with its port where it has one, e.g. `ssh.git.example.com:2222`.
       * @visibility backend
       */
      host: string;
      /**
       * Web address of the same host, e.g. `https://git.example.com`.
       * @visibility backend
       */
      webUrl: string;
    }>;
  };
}
