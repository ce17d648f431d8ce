import {
  AuthService,
  BackstageCredentials,
  DiscoveryService,
} from '@backstage/backend-plugin-api';
import { resourceId } from '@backstage-flux/plugin-flux-common';
import { parseEntityRef } from '@backstage/catalog-model';
import {
  InputError,
  ResponseError,
  ServiceUnavailableError,
} from '@backstage/errors';
import { z } from 'zod';
import {
  entityViewSchema,
  resourceDetailSchema,
  type RolloutView,
} from './RolloutView';

const TIMEOUT_MS = 20_000;

/** Whose rollout it is: of an entity, or of one Flux Kustomization. */
export type RolloutTarget =
  | { entityRef: string }
  | { cluster: string; namespace: string; name: string };

function entityNameOf(entityRef: string) {
  try {
    return parseEntityRef(entityRef, { defaultNamespace: 'default' });
  } catch (error) {
    throw new InputError(
      `entityRef '${entityRef}' names no entity; write it as component:default/orders`,
      error,
    );
  }
}

function pathOf(target: RolloutTarget): string {
  if (!('entityRef' in target)) {
    const id = resourceId({
      ...target,
      group: 'kustomize.toolkit.fluxcd.io',
      kind: 'Kustomization',
    });
    return `/resource?${new URLSearchParams({ id })}`;
  }
  const { kind, namespace, name } = entityNameOf(target.entityRef);
  return `/entities/${[namespace, kind, name]
    .map(encodeURIComponent)
    .join('/')}`;
}

/** Reads from the Flux backend what its tab shows, on behalf of somebody; asks only for what is new. */
export class FluxApi {
  readonly #auth: AuthService;
  readonly #discovery: DiscoveryService;
  readonly #credentials: BackstageCredentials;
  #last?: { etag: string; view: RolloutView };

  static create(options: {
    auth: AuthService;
    discovery: DiscoveryService;
    credentials: BackstageCredentials;
  }) {
    return new FluxApi(options);
  }

  private constructor(options: {
    auth: AuthService;
    discovery: DiscoveryService;
    credentials: BackstageCredentials;
  }) {
    this.#auth = options.auth;
    this.#discovery = options.discovery;
    this.#credentials = options.credentials;
  }

  /**
   * `undefined` when there is no such entity or object.
   *
   * @throws ResponseError as the backend answers; ServiceUnavailableError when it can’t be asked.
   */
  async rollout(
    target: RolloutTarget,
    signal?: AbortSignal,
  ): Promise<RolloutView | undefined> {
    const response = await this.#fetch(pathOf(target), signal);
    if (response.status === 304 && this.#last) {
      return this.#last.view;
    }
    if (response.status === 404) {
      return undefined;
    }
    if (!response.ok) {
      const error = await ResponseError.fromResponse(response);
      error.message = `${error.message}: ${error.cause.message}`;
      throw error;
    }
    const body = await response.json();
    const view =
      'entityRef' in target
        ? understood(entityViewSchema, body)
        : ofResource(target, understood(resourceDetailSchema, body));
    const etag = response.headers.get('etag');
    this.#last = etag ? { etag, view } : undefined;
    return view;
  }

  async #fetch(path: string, signal?: AbortSignal): Promise<Response> {
    const timeout = AbortSignal.timeout(TIMEOUT_MS);
    try {
      const { token } = await this.#auth.getPluginRequestToken({
        onBehalfOf: this.#credentials,
        targetPluginId: 'flux',
      });
      const baseUrl = await this.#discovery.getBaseUrl('flux');
      return await fetch(`${baseUrl}${path}`, {
        headers: {
          authorization: `Bearer ${token}`,
          ...(this.#last && { 'if-none-match': this.#last.etag }),
        },
        signal: signal ? AbortSignal.any([signal, timeout]) : timeout,
      });
    } catch (error) {
      signal?.throwIfAborted();
      throw new ServiceUnavailableError(
        'The Flux plugin of the backend can’t be asked; check that @backstage-flux/plugin-flux-backend is installed and runs',
        error,
      );
    }
  }
}

function understood<T>(schema: z.ZodType<T>, body: unknown): T {
  const parsed = schema.safeParse(body);
  if (!parsed.success) {
    throw new ServiceUnavailableError(
      'The Flux plugin of the backend answers in a form that is not understood; install the same version of all Flux plugins',
    );
  }
  return parsed.data;
}

function ofResource(
  { cluster }: { cluster: string },
  { resource }: z.infer<typeof resourceDetailSchema>,
): RolloutView {
  const { status, version: running } = resource;
  return { status, clusters: [{ name: cluster, status, running }] };
}
