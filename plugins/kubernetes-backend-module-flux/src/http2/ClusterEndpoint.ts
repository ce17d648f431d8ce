/** Where an API server is, and how it and its client prove who they are. */
export interface ClusterEndpoint {
  url: URL;
  tls: {
    /** PEM; undefined means the certificate authorities that Node.js trusts. */
    ca?: string;
    cert?: string;
    key?: string;
    rejectUnauthorized: boolean;
  };
}

export interface EndpointRequest {
  method: string;
  /** Below the path of the API server's address, with the query. */
  path: string;
  headers: Record<string, string>;
  body?: string;
  signal?: AbortSignal;
}
