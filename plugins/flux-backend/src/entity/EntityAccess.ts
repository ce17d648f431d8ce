import {
  AuthService,
  BackstageCredentials,
  BackstageUserPrincipal,
  PermissionsService,
} from '@backstage/backend-plugin-api';
import {
  CompoundEntityRef,
  Entity,
  stringifyEntityRef,
} from '@backstage/catalog-model';
import { NotAllowedError, NotFoundError } from '@backstage/errors';
import { catalogEntityReadPermission } from '@backstage/plugin-catalog-common/alpha';
import { CatalogService } from '@backstage/plugin-catalog-node';
import {
  AuthorizeResult,
  ResourcePermission,
} from '@backstage/plugin-permission-common';
import { fluxResourceReadPermission } from '@backstage-flux/plugin-flux-common';
import { Remembered } from './Remembered';

const BATCH = 500;

const times = { refreshAfterMs: 30_000, maxAgeMs: 60_000 };

/**
 * Gives an entity to those who may see it in the catalog and have a permission of Flux on it. The entity is
 * read once for all; what each may see is the permission framework's to decide, in one request for both.
 */
export class EntityAccess {
  readonly #auth: AuthService;
  readonly #catalog: CatalogService;
  readonly #permissions: PermissionsService;
  readonly #entities = new Remembered<Entity>({ ...times, maxEntries: 2_000 });
  readonly #readers = new Remembered<true>({ ...times, maxEntries: 20_000 });

  constructor(options: {
    auth: AuthService;
    catalog: CatalogService;
    permissions: PermissionsService;
  }) {
    this.#auth = options.auth;
    this.#catalog = options.catalog;
    this.#permissions = options.permissions;
  }

  /**
   * The entity for somebody who wants to see what Flux does for it. Who may is asked at most every half a
   * minute for each user and entity: a view is looked at again and again.
   *
   * @throws NotFoundError, NotAllowedError that names the permission.
   */
  async toRead(
    ref: CompoundEntityRef,
    credentials: BackstageCredentials,
  ): Promise<Entity> {
    const permission = fluxResourceReadPermission;
    const user = userOf(credentials);
    const authorize = () => this.#authorize(ref, permission, credentials);
    if (user) {
      const key = JSON.stringify([user, stringifyEntityRef(ref)]);
      await this.#readers.get(key, authorize);
    } else {
      // What a service may see can depend on more than who it is
      await authorize();
    }
    return this.entity(ref);
  }

  /**
   * The entity for somebody who wants to do something with it; the permission is always asked for.
   *
   * @throws NotFoundError, NotAllowedError that names the permission.
   */
  async toChange(
    ref: CompoundEntityRef,
    permission: ResourcePermission<'catalog-entity'>,
    credentials: BackstageCredentials,
  ): Promise<Entity> {
    await this.#authorize(ref, permission, credentials);
    return this.entity(ref);
  }

  /** Reads many entities anew, in as few requests as possible. */
  async refresh(refs: CompoundEntityRef[]) {
    const entityRefs = [...new Set(refs.map(ref => stringifyEntityRef(ref)))];
    for (let start = 0; start < entityRefs.length; start += BATCH) {
      const batch = entityRefs.slice(start, start + BATCH);
      const { items } = await this.#catalog.getEntitiesByRefs(
        { entityRefs: batch },
        { credentials: await this.#auth.getOwnServiceCredentials() },
      );
      batch.forEach((ref, i) => this.#entities.set(ref, items[i]));
    }
  }

  async #authorize(
    ref: CompoundEntityRef,
    permission: ResourcePermission<'catalog-entity'>,
    credentials: BackstageCredentials,
  ): Promise<true> {
    const resourceRef = stringifyEntityRef(ref);
    const [seen, allowed] = await this.#permissions.authorize(
      [
        { permission: catalogEntityReadPermission, resourceRef },
        { permission, resourceRef },
      ],
      { credentials },
    );
    if (seen.result !== AuthorizeResult.ALLOW) {
      throw notFound(ref);
    }
    if (allowed.result !== AuthorizeResult.ALLOW) {
      // Who may not see what isn't there is told that it isn't there
      await this.entity(ref);
      throw new NotAllowedError(
        `You need the permission ${permission.name} on ${resourceRef}`,
      );
    }
    return true;
  }

  /**
   * The entity for somebody whose access was looked at before.
   *
   * @throws NotFoundError
   */
  entity(ref: CompoundEntityRef): Promise<Entity> {
    return this.#entities.get(stringifyEntityRef(ref), async () => {
      const entity = await this.#catalog.getEntityByRef(ref, {
        credentials: await this.#auth.getOwnServiceCredentials(),
      });
      if (!entity) {
        throw notFound(ref);
      }
      return entity;
    });
  }
}

function notFound(ref: CompoundEntityRef) {
  return new NotFoundError(
    `There is no entity ${stringifyEntityRef(
      ref,
    )} in the catalog, or you may not see it`,
  );
}

function userOf({ principal }: BackstageCredentials): string | undefined {
  const { type, userEntityRef } = principal as BackstageUserPrincipal;
  return type === 'user' ? userEntityRef : undefined;
}
