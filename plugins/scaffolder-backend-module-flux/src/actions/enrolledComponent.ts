import {
  BackstageCredentials,
  PermissionsService,
  UserInfoService,
} from '@backstage/backend-plugin-api';
import { fluxClusterEnrolPermission } from '@backstage-flux/plugin-flux-common';
import { InputError, NotAllowedError, NotFoundError } from '@backstage/errors';
import { CatalogService } from '@backstage/plugin-catalog-node';
import { RepositoryName } from '../github/GithubRepositories';
import { mayEnrol } from './mayEnrol';

const SLUG = 'github.com/project-slug';

const LOCATION = 'backstage.io/managed-by-location';

/** Whether the catalog read the entity from that repository; the annotation is the catalog’s own. */
function isFrom(location: string | undefined, name: RepositoryName): boolean {
  const url = URL.parse(location?.replace(/^url:/, '') ?? '');
  const path = `/${name.owner}/${name.repo}/`.toLowerCase();
  return url?.host === name.host && url.pathname.toLowerCase().startsWith(path);
}

/**
 * Answers the repository of a component of the catalog to its owners, and to who may enrol anything. The
 * deploy key gives Flux access to the repository before anybody reviews a pull request, so that seeing the
 * component is not enough; nor is a component of one’s own that names somebody else’s repository.
 */
export async function readEnrolledComponent(options: {
  catalog: CatalogService;
  userInfo: UserInfoService;
  permissions: PermissionsService;
  credentials: BackstageCredentials;
  entityRef: string;
  host: string;
}): Promise<RepositoryName> {
  const { catalog, permissions, credentials, entityRef, host } = options;
  const entity = await catalog.getEntityByRef(entityRef, { credentials });
  if (!entity) {
    throw new NotFoundError(
      `Component: the catalog has no ${entityRef} that you may see; choose another component`,
    );
  }
  const { annotations = {} } = entity.metadata;
  const slug = annotations[SLUG];
  const parts = /^([\w.-]+)\/([\w.-]+)$/.exec(slug ?? '');
  if (!parts) {
    throw new InputError(
      `Component: ${entityRef} ${
        slug ? `names '${slug}', which is no repository,` : 'names none'
      } in its annotation ${SLUG}; write owner/name there`,
    );
  }
  const repository = { host, owner: parts[1], repo: parts[2] };
  if (await mayEnrol(permissions, credentials)) {
    return repository;
  }
  const owners = (entity.relations ?? [])
    .filter(({ type }) => type === 'ownedBy')
    .map(({ targetRef }) => targetRef);
  const user = await options.userInfo.getUserInfo(credentials);
  if (!owners.some(owner => user.ownershipEntityRefs.includes(owner))) {
    throw new NotAllowedError(
      `Component: ${entityRef} belongs to ${
        owners.join(', ') || 'nobody'
      }, and you may not put it under Flux; ask its owners, or for the permission ${
        fluxClusterEnrolPermission.name
      }`,
    );
  }
  if (!isFrom(annotations[LOCATION], repository)) {
    throw new NotAllowedError(
      `Component: ${entityRef} is not described in ${slug} itself, so that owning it says nothing about that repository; ask somebody with the permission ${fluxClusterEnrolPermission.name}`,
    );
  }
  return repository;
}
