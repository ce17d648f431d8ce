import {
  BackstageCredentials,
  PermissionsService,
} from '@backstage/backend-plugin-api';
import { NotAllowedError } from '@backstage/errors';
import { kubernetesClustersReadPermission } from '@backstage/plugin-kubernetes-common';
import { AuthorizeResult } from '@backstage/plugin-permission-common';
import { FluxClusterInfo } from '@backstage-flux/plugin-flux-common';
import { ClusterSnapshot, ResourceStore } from '../store/ResourceStore';

/** The names of clusters are the Kubernetes plugin's to give, so its permission decides. */
export async function authorizeClusters(
  permissions: PermissionsService,
  credentials: BackstageCredentials,
) {
  const permission = kubernetesClustersReadPermission;
  const [decision] = await permissions.authorize([{ permission }], {
    credentials,
  });
  if (decision.result !== AuthorizeResult.ALLOW) {
    throw new NotAllowedError(
      `You need the permission ${permission.name} to see clusters`,
    );
  }
}

export async function listClusterInfos(
  store: ResourceStore,
): Promise<FluxClusterInfo[]> {
  const clusters = await store.listClusters();
  const snapshots = await Promise.all(clusters.map(c => store.snapshot(c)));
  return snapshots.map(snapshot => ({
    ...snapshot.cluster,
    connection: snapshot.connection,
    fluxVersion: fluxVersionOf(snapshot),
  }));
}

/** Flux's own Deployments carry the version of the whole, when Flux manages itself. */
function fluxVersionOf(snapshot: ClusterSnapshot): string | undefined {
  return snapshot.objects.find(
    ({ labels }) => labels['app.kubernetes.io/part-of'] === 'flux',
  )?.labels['app.kubernetes.io/version'];
}
