import {
  BackstageCredentials,
  PermissionsService,
} from '@backstage/backend-plugin-api';
import { NotAllowedError } from '@backstage/errors';
import { kubernetesClustersReadPermission } from '@backstage/plugin-kubernetes-common';
import { AuthorizeResult } from '@backstage/plugin-permission-common';
import {
  FluxClusterInfo,
  ProjectionIndex,
} from '@backstage-flux/plugin-flux-common';
import { ResourceStore } from '../store/ResourceStore';

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
  const clusters = await store.clusters();
  return clusters.map(({ cluster, connection, index }) => ({
    ...cluster,
    connection,
    fluxVersion: fluxVersionOf(index),
  }));
}

/** Flux's own Deployments carry the version of the whole, when Flux manages itself. */
function fluxVersionOf(index: ProjectionIndex): string | undefined {
  return index.withLabel('app.kubernetes.io/part-of', ['flux'])[0]?.labels[
    'app.kubernetes.io/version'
  ];
}
