export interface Config {
  /**
   * The sandbox's own section; see packages/sandbox/config.d.ts. The app reads only what its banner shows.
   */
  sandbox?: {
    github?: {
      /** @visibility frontend */
      port?: number;
    };
    kubernetes?: {
      clusters?: Array<{
        /** @visibility frontend */
        name: string;
      }>;
    };
  };
}
