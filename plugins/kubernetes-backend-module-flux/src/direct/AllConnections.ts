import {
  ClusterDetails,
  KubernetesCredential,
} from '@backstage/plugin-kubernetes-node';
import { ClusterConnections } from '../http2/ClusterConnections';
import { clusterEndpoint } from './clusterEndpoint';

/** The connections to all clusters, kept for as long as a cluster is the same. */
export class AllConnections {
  readonly #connections = new Map<
    string,
    { key: string; connections: ClusterConnections }
  >();

  to(
    cluster: ClusterDetails,
    credential: KubernetesCredential,
  ): ClusterConnections {
    const key = keyOf(cluster, credential);
    const known = this.#connections.get(cluster.name);
    if (known?.key === key) {
      return known.connections;
    }
    this.#close(cluster.name, 'is configured differently now');
    const connections = ClusterConnections.create(
      clusterEndpoint(cluster, credential),
    );
    this.#connections.set(cluster.name, { key, connections });
    return connections;
  }

  /** Closes those to clusters that are gone. */
  retain(clusters: ReadonlyMap<string, ClusterDetails>) {
    for (const name of this.#connections.keys()) {
      if (!clusters.has(name)) {
        this.#close(name, 'was removed');
      }
    }
  }

  close() {
    for (const name of this.#connections.keys()) {
      this.#close(name, 'is no longer needed: Backstage stops');
    }
  }

  #close(name: string, why: string) {
    const known = this.#connections.get(name);
    this.#connections.delete(name);
    known?.connections.close(new Error(`Cluster '${name}' ${why}`));
  }
}

/** Tokens travel with each request; all else is agreed once for a connection. */
function keyOf(cluster: ClusterDetails, credential: KubernetesCredential) {
  const { url, caData, caFile, skipTLSVerify } = cluster;
  const client =
    credential.type === 'x509 client certificate'
      ? [credential.cert, credential.key]
      : [];
  return JSON.stringify([url, caData, caFile, skipTLSVerify, ...client]);
}
