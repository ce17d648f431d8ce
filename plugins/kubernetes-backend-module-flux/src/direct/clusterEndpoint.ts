import { existsSync, readFileSync } from 'node:fs';
import {
  ANNOTATION_KUBERNETES_AUTH_PROVIDER,
  SERVICEACCOUNT_CA_PATH,
} from '@backstage/plugin-kubernetes-common';
import {
  ClusterDetails,
  KubernetesCredential,
} from '@backstage/plugin-kubernetes-node';
import { ClusterEndpoint } from '../http2/ClusterEndpoint';

/** Where the cluster's API server is and who it believes, in the Kubernetes plugin's words. */
export function clusterEndpoint(
  cluster: ClusterDetails,
  credential: KubernetesCredential,
): ClusterEndpoint {
  const { url, caFile } = inClusterAddress(cluster) ?? cluster;
  const ca = caFile
    ? readFileSync(caFile, 'utf8')
    : cluster.caData && Buffer.from(cluster.caData, 'base64').toString('utf8');
  return {
    url: new URL(url),
    tls: {
      ...(ca ? { ca } : {}),
      ...(credential.type === 'x509 client certificate'
        ? { cert: credential.cert, key: credential.key }
        : {}),
      rejectUnauthorized: !cluster.skipTLSVerify,
    },
  };
}

/**
 * With the service account of Backstage's own pod, the Kubernetes plugin's proxy speaks to the cluster that
 * the pod runs in, whatever address is configured; so that both mean the same cluster, this does too.
 */
function inClusterAddress(cluster: ClusterDetails) {
  const { KUBERNETES_SERVICE_HOST: host, KUBERNETES_SERVICE_PORT: port } =
    process.env;
  const { authMetadata } = cluster;
  return authMetadata[ANNOTATION_KUBERNETES_AUTH_PROVIDER] ===
    'serviceAccount' &&
    !authMetadata.serviceAccountToken &&
    host &&
    existsSync(SERVICEACCOUNT_CA_PATH)
    ? {
        url: `https://${host.includes(':') ? `[${host}]` : host}:${port}`,
        caFile: SERVICEACCOUNT_CA_PATH,
      }
    : undefined;
}
