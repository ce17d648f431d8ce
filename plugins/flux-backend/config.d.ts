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
       * How old an answer may be to be given to the next viewer. 2 s by default.
       * @visibility backend
       */
      freshness?: string | HumanDuration;
      /**
       * How long a cluster that could not be read is left alone. 15 s by default. A cluster that names a
       * time itself (Retry-After) is left alone for that long.
       * @visibility backend
       */
      retryAfter?: string | HumanDuration;
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
