import {
  BackstageCredentials,
  PermissionsService,
} from '@backstage/backend-plugin-api';
import { fluxClusterEnrolPermission } from '@backstage-flux/plugin-flux-common';
import { ClusterAccess } from '@backstage-flux/plugin-flux-node';
import {
  ConflictError,
  InputError,
  NotAllowedError,
  NotFoundError,
} from '@backstage/errors';
import { CatalogService } from '@backstage/plugin-catalog-node';
import { Cluster } from '../cluster/Cluster';
import { neededFor } from '../cluster/neededComponents';
import {
  GithubRepositories,
  RepositoryName,
} from '../github/GithubRepositories';
import { mayEnrol } from './mayEnrol';
import { runChecks } from './runChecks';

/** What an enrolment is written in; Flux 2.9 serves it. */
export const ENROLMENT_APIS = [
  'source.toolkit.fluxcd.io/v1',
  'kustomize.toolkit.fluxcd.io/v1',
];

const NAMESPACE = /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/;

// Only the task that made it may go on with it: somebody else’s would get a key or be overwritten
const RETRY =
  'if an earlier task of yours made it, retry that task at /create/tasks; else choose another name';

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
  ref: string,
): Promise<void> {
  if (await catalog.getEntityByRef(ref, { credentials })) {
    throw new ConflictError(`Name: the catalog has ${ref} already; ${RETRY}`);
  }
}

/** Answers the owner's name as GitHub spells it: tokens of workflows name it so, and Flux compares. */
export async function checkRepository(
  github: GithubRepositories,
  repository: RepositoryName,
): Promise<string> {
  const { host, owner, repo } = repository;
  if (await github.find(repository)) {
    throw new ConflictError(
      `Name: ${owner}/${repo} exists on ${host} already; ${RETRY}`,
    );
  }
  const spelled = await github.findOwner(repository);
  if (!spelled) {
    throw new NotFoundError(
      `GitHub organisation: ${host} knows no '${owner}'; correct the field`,
    );
  }
  return spelled;
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
  if (await github.pathKind(fleet, `apps/${name}`)) {
    throw new ConflictError(
      `Name: ${full} has apps/${name} already; choose another name`,
    );
  }
}

export async function checkCluster(options: {
  access: ClusterAccess;
  cluster: string;
  /** All have to be free. */
  namespaces: string[];
  /** Title of the form’s field that the namespaces come from. */
  field: string;
  /** What it has to serve, e.g. `projectcontour.io/v1`. */
  apis: string[];
  signal?: AbortSignal;
}): Promise<void> {
  const { access, cluster, namespaces, field, apis, signal } = options;
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
  const missing = apis.filter(api => !served.has(api));
  if (missing.length > 0) {
    throw new NotFoundError(
      missing
        .map(api => {
          const { install, instead } = neededFor(api);
          return `Cluster: '${cluster}' does not serve ${api}; install ${install} there, or ${instead}`;
        })
        .join('\n'),
    );
  }
  await runChecks(
    namespaces.map(async namespace => {
      if (!NAMESPACE.test(namespace)) {
        throw new InputError(
          `${field}: '${namespace}' can’t be the name of a namespace; use up to 63 lower-case letters, digits and hyphens, with no hyphen at either end`,
        );
      }
      if (await client.namespaceExists(namespace)) {
        throw new ConflictError(
          `${field}: cluster '${cluster}' has a namespace '${namespace}' already; ${RETRY}`,
        );
      }
    }),
  );
}
