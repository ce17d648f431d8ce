import { ClusterView } from '@backstage-flux/plugin-flux-common';

/** Whether a cluster can't be heard, so that what is shown of it may be old. */
export function isLost(cluster: ClusterView): boolean {
  return (
    cluster.connection.state === 'down' || cluster.connection.state === 'stale'
  );
}
