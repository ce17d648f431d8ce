import { ClusterAccess } from '@backstage-flux/plugin-flux-node';
import {
  InputError,
  NotAllowedError,
  NotFoundError,
  ServiceUnavailableError,
} from '@backstage/errors';
import { z } from 'zod';
import { clusterError } from './errors';
import { describeManifest, Manifest } from './Manifest';

/** Under this name the cluster records which fields were set here. */
export const FIELD_MANAGER = 'backstage-flux';

const TIMEOUT_MS = 20_000;

const apiGroupsSchema = z.object({
  groups: z.array(
    z.object({
      name: z.string(),
      versions: z.array(z.object({ version: z.string() })),
    }),
  ),
});

const apiResourcesSchema = z.object({
  resources: z.array(
    z.object({ name: z.string(), kind: z.string(), namespaced: z.boolean() }),
  ),
});

const openApiIndexSchema = z.object({
  paths: z.record(z.string(), z.unknown()),
});

const namespaceSchema = z.object({
  metadata: z.object({
    annotations: z.record(z.string(), z.string()).optional(),
    deletionTimestamp: z.string().optional(),
  }),
});

/** A namespace as far as it tells who made it. */
export interface NamespaceDetails {
  annotations: Record<string, string>;
  terminating: boolean;
}

type ApiResources = z.infer<typeof apiResourcesSchema>['resources'];

function groupVersionPath(apiVersion: string): string {
  return apiVersion.includes('/')
    ? `/apis/${apiVersion}`
    : `/api/${apiVersion}`;
}

/** One cluster, as far as an enrolment has to read and write it. */
export class Cluster {
  readonly name: string;
  readonly #access: ClusterAccess;
  readonly #signal?: AbortSignal;
  readonly #discovered = new Map<string, Promise<ApiResources>>();

  static create(options: {
    name: string;
    access: ClusterAccess;
    signal?: AbortSignal;
  }) {
    return new Cluster(options);
  }

  private constructor(options: {
    name: string;
    access: ClusterAccess;
    signal?: AbortSignal;
  }) {
    this.name = options.name;
    this.#access = options.access;
    this.#signal = options.signal;
  }

  /** `group/version` of everything that the cluster serves besides the core. */
  async servedGroupVersions(): Promise<Set<string>> {
    const body = await this.#read('/apis', 'list its APIs');
    const { groups } = this.#parse(apiGroupsSchema, body, 'list of APIs');
    return new Set(
      groups.flatMap(group =>
        group.versions.map(({ version }) => `${group.name}/${version}`),
      ),
    );
  }

  /** Paths of the documents that hold its schemas, e.g. `apis/apps/v1`. */
  async openApiPaths(): Promise<Set<string>> {
    const body = await this.#readOpenApi('/openapi/v3', 'index of its schemas');
    const parsed = this.#parse(openApiIndexSchema, body, 'index of schemas');
    return new Set(Object.keys(parsed.paths));
  }

  /** `path` is one of {@link openApiPaths}. */
  openApiDocument(path: string): Promise<unknown> {
    return this.#readOpenApi(`/openapi/v3/${path}`, `schemas of ${path}`);
  }

  async #readOpenApi(path: string, what: string): Promise<unknown> {
    const response = await this.#send(path, {});
    if (response.status === 401 || response.status === 403) {
      const error = await clusterError(this.name, `tell the ${what}`, response);
      throw new NotAllowedError(
        `${error.message}: bind the ClusterRole system:discovery to it, which allows to get /openapi/*`,
      );
    }
    if (response.status === 404) {
      throw new NotFoundError(
        `Cluster '${this.name}' does not serve ${path}; it needs Kubernetes 1.27 or newer`,
      );
    }
    if (!response.ok) {
      throw await clusterError(this.name, `tell the ${what}`, response);
    }
    return this.#json(response);
  }

  async namespaceExists(namespace: string): Promise<boolean> {
    return (await this.findNamespace(namespace)) !== undefined;
  }

  /** `undefined` when there is none. */
  async findNamespace(
    namespace: string,
  ): Promise<NamespaceDetails | undefined> {
    const response = await this.#send(
      `/api/v1/namespaces/${encodeURIComponent(namespace)}`,
      {},
    );
    if (response.status === 404) {
      return undefined;
    }
    if (!response.ok) {
      const action = `say whether namespace '${namespace}' exists`;
      throw await clusterError(this.name, action, response);
    }
    const body = await this.#json(response);
    const { metadata } = this.#parse(namespaceSchema, body, 'namespace');
    return {
      annotations: metadata.annotations ?? {},
      terminating: metadata.deletionTimestamp !== undefined,
    };
  }

  /**
   * Fails with a `ConflictError` when the object exists; with `dryRun` the cluster only says whether it
   * would.
   */
  async create(
    manifest: Manifest,
    options?: { dryRun?: boolean },
  ): Promise<void> {
    const path = await this.#collectionPath(manifest);
    const query = new URLSearchParams({
      fieldManager: FIELD_MANAGER,
      ...(options?.dryRun ? { dryRun: 'All' } : {}),
    });
    const response = await this.#send(`${path}?${query}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(manifest),
    });
    if (!response.ok) {
      const action = `create ${describeManifest(manifest)}`;
      throw await clusterError(this.name, action, response);
    }
  }

  /** Server-side apply; with `dryRun` the cluster only says whether it would take the object. */
  async apply(
    manifest: Manifest,
    options?: { dryRun?: boolean },
  ): Promise<void> {
    const path = await this.#collectionPath(manifest);
    const query = new URLSearchParams({
      fieldManager: FIELD_MANAGER,
      fieldValidation: 'Strict',
      ...(options?.dryRun ? { dryRun: 'All' } : {}),
    });
    const name = encodeURIComponent(manifest.metadata.name);
    const response = await this.#send(`${path}/${name}?${query}`, {
      method: 'PATCH',
      headers: { 'content-type': 'application/apply-patch+yaml' },
      body: JSON.stringify(manifest),
    });
    if (!response.ok) {
      const action = `${
        options?.dryRun ? 'accept' : 'apply'
      } ${describeManifest(manifest)}`;
      throw await clusterError(this.name, action, response);
    }
  }

  /** What is gone already counts as deleted. */
  async delete(manifest: Manifest): Promise<void> {
    const path = await this.#collectionPath(manifest);
    const name = encodeURIComponent(manifest.metadata.name);
    const response = await this.#send(`${path}/${name}`, { method: 'DELETE' });
    if (!response.ok && response.status !== 404) {
      const action = `delete ${describeManifest(manifest)}`;
      throw await clusterError(this.name, action, response);
    }
  }

  async #collectionPath(manifest: Manifest): Promise<string> {
    const { apiVersion, kind, metadata } = manifest;
    let resources = this.#discovered.get(apiVersion);
    if (!resources) {
      resources = this.#discover(apiVersion);
      this.#discovered.set(apiVersion, resources);
    }
    const resource = (await resources).find(
      candidate => candidate.kind === kind && !candidate.name.includes('/'),
    );
    if (!resource) {
      throw new InputError(
        `Cluster '${this.name}' does not know ${kind} (${apiVersion}); check that Flux is installed there with all its components`,
      );
    }
    if (resource.namespaced && !metadata.namespace) {
      throw new InputError(
        `${describeManifest(
          manifest,
        )} names no namespace; add metadata.namespace`,
      );
    }
    const base = groupVersionPath(apiVersion);
    return resource.namespaced
      ? `${base}/namespaces/${encodeURIComponent(metadata.namespace!)}/${
          resource.name
        }`
      : `${base}/${resource.name}`;
  }

  async #discover(apiVersion: string): Promise<ApiResources> {
    const path = groupVersionPath(apiVersion);
    const response = await this.#send(path, {});
    if (response.status === 404) {
      return [];
    }
    if (!response.ok) {
      throw await clusterError(this.name, `describe ${apiVersion}`, response);
    }
    const body = await this.#json(response);
    return this.#parse(apiResourcesSchema, body, `kinds of ${apiVersion}`)
      .resources;
  }

  async #read(path: string, action: string): Promise<unknown> {
    const response = await this.#send(path, {});
    if (!response.ok) {
      throw await clusterError(this.name, action, response);
    }
    return this.#json(response);
  }

  async #json(response: Response): Promise<unknown> {
    try {
      return await response.json();
    } catch (error) {
      this.#signal?.throwIfAborted();
      throw new ServiceUnavailableError(
        `Cluster '${this.name}' broke off its answer, or it is no JSON; try again later`,
        error,
      );
    }
  }

  #parse<T>(schema: z.ZodType<T>, body: unknown, what: string): T {
    const parsed = schema.safeParse(body);
    if (!parsed.success) {
      throw new ServiceUnavailableError(
        `Cluster '${this.name}' answered its ${what} in a form that is not understood; check its address under kubernetes.clusterLocatorMethods`,
      );
    }
    return parsed.data;
  }

  async #send(
    path: string,
    init: Parameters<ClusterAccess['request']>[2],
  ): Promise<Response> {
    const timeout = AbortSignal.timeout(TIMEOUT_MS);
    const signal = this.#signal
      ? AbortSignal.any([this.#signal, timeout])
      : timeout;
    try {
      return await this.#access.request(this.name, path, { ...init, signal });
    } catch (error) {
      this.#signal?.throwIfAborted();
      throw new ServiceUnavailableError(
        timeout.aborted
          ? `Cluster '${this.name}' did not answer within ${
              TIMEOUT_MS / 1_000
            } s; try again later or choose another cluster`
          : `Cluster '${this.name}' can’t be reached; try again later or choose another cluster`,
        error,
      );
    }
  }
}
