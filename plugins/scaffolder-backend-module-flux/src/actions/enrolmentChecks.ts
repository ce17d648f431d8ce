import {
  BackstageCredentials,
  PermissionsService,
} from '@backstage/backend-plugin-api';
import { fluxClusterEnrolPermission } from '@backstage-flux/plugin-flux-common';
import { ClusterAccess } from '@backstage-flux/plugin-flux-node';
import {
  ConflictError,
  NotAllowedError,
  NotFoundError,
} from '@backstage/errors';
import { CatalogService } from '@backstage/plugin-catalog-node';
import { Cluster } from '../cluster/Cluster';
import {
  GithubRepositories,
  RepositoryName,
} from '../github/GithubRepositories';
import { mayEnrol } from './mayEnrol';

/** What the enrolment’s manifests are written in; Flux 2.9 serves them all. */
const NEEDED_APIS = [
  { api: 'source.toolkit.fluxcd.io/v1', component: 'source-controller' },
  { api: 'kustomize.toolkit.fluxcd.io/v1', component: 'kustomize-controller' },
  {
    api: 'image.toolkit.fluxcd.io/v1',
    component: 'image-reflector-controller and image-automation-controller',
  },
];

/** Each check throws an error that begins with the title of the form’s field to change. */
export async function checkPermission(
  permissions: PermissionsService,
  credentials: BackstageCredentials,
): Promise<void> {
  if (!(await mayEnrol(permissions, credentials))) {
    throw new NotAllowedError(
      `How the cluster learns of it: you may not apply to clusters directly (${fluxClusterEnrolPermission.name}); choose the pull request in the fleet repository`,
    );
  }
}

export async function checkCatalog(
  catalog: CatalogService,
  credentials: BackstageCredentials,
  name: string,
): Promise<void> {
  const ref = `component:default/${name}`;
  if (await catalog.getEntityByRef(ref, { credentials })) {
    throw new ConflictError(
      `Name: the catalog has ${ref} already; choose another name`,
    );
  }
}

export async function checkRepository(
  github: GithubRepositories,
  repository: RepositoryName,
): Promise<void> {
  const { host, owner, repo } = repository;
  if (await github.find(repository)) {
    throw new ConflictError(
      `Name: ${owner}/${repo} exists on ${host} already; choose another name`,
    );
  }
  if (!(await github.ownerExists(repository))) {
    throw new NotFoundError(
      `GitHub organisation: ${host} knows no '${owner}'; correct the field`,
    );
  }
}

export async function checkFleet(
  github: GithubRepositories,
  fleet: RepositoryName,
  name: string,
): Promise<void> {
  const full = `${fleet.owner}/${fleet.repo}`;
  if (!(await github.find(fleet))) {
    throw new NotFoundError(
      `Fleet repository: ${full} does not exist on ${fleet.host}, or Backstage may not see it; correct the field or create it`,
    );
  }
  if (await github.pathExists(fleet, `apps/${name}`)) {
    throw new ConflictError(
      `Name: ${full} has apps/${name} already; choose another name`,
    );
  }
}

export async function checkCluster(
  access: ClusterAccess,
  cluster: string,
  namespace: string,
  signal?: AbortSignal,
): Promise<void> {
  const known = await access.listClusters({ signal });
  if (!known.some(candidate => candidate.name === cluster)) {
    const names = known.map(candidate => candidate.name).join(', ');
    throw new NotFoundError(
      `Cluster: Backstage knows no '${cluster}'; choose ${
        names
          ? `one of ${names}`
          : 'one after it is added under kubernetes.clusterLocatorMethods'
      }`,
    );
  }
  const client = Cluster.create({ name: cluster, access, signal });
  const served = await client.servedGroupVersions();
  const missing = NEEDED_APIS.filter(({ api }) => !served.has(api));
  if (missing.length > 0) {
    throw new NotFoundError(
      `Cluster: '${cluster}' does not serve ${missing
        .map(({ api }) => api)
        .join(', ')}; install Flux 2.9 there with ${missing
        .map(({ component }) => component)
        .join(', ')}, or choose another cluster`,
    );
  }
  if (await client.namespaceExists(namespace)) {
    throw new ConflictError(
      `Name: cluster '${cluster}' has a namespace '${namespace}' already; choose another name`,
    );
  }
}
