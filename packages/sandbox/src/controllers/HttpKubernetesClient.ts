import { setTimeout as delay } from 'node:timers/promises';
import type { LoggerService } from '@backstage/backend-plugin-api';
import {
  KubernetesApiError,
  type KubernetesClient,
  type KubernetesObject,
  type ObjectKey,
  type WatchEvent,
} from './client';
import { HttpTransport, type TransportOptions } from './HttpTransport';
import {
  groupPath,
  ResourceDiscovery,
  type Resource,
  type Type,
} from './ResourceDiscovery';
import { WatchEnded } from './WatchEnded';

export interface HttpKubernetesClientOptions extends TransportOptions {
  logger: LoggerService;
  /** A watch that says nothing for so long is taken for dead and opened again. */
  watchInactivityMs?: number;
}

const PAGE_SIZE = 500;
const WATCH_SECONDS = 240;
const MAX_BACKOFF_MS = 10_000;

const keyOf = ({ metadata }: KubernetesObject) =>
  `${metadata.namespace ?? ''}/${metadata.name}`;

/** A Kubernetes client over plain HTTP, for any API server. */
export class HttpKubernetesClient implements KubernetesClient {
  readonly #transport: HttpTransport;
  readonly #options: HttpKubernetesClientOptions;
  readonly #discovery: ResourceDiscovery;

  constructor(
    options: HttpKubernetesClientOptions,
    discovery?: ResourceDiscovery,
  ) {
    this.#options = options;
    this.#transport = new HttpTransport(options);
    // Shared with clients that impersonate: whom they act for may not be allowed to look.
    this.#discovery = discovery ?? new ResourceDiscovery(this.#transport);
  }

  resource(type: Type): Promise<Resource | undefined> {
    return this.#discovery.resource(type);
  }

  async get(key: ObjectKey): Promise<KubernetesObject | undefined> {
    try {
      return await this.#transport.json('GET', await this.#path(key, key));
    } catch (error) {
      if (error instanceof KubernetesApiError && error.status === 404) {
        return undefined;
      }
      throw error;
    }
  }

  async list(
    type: Type,
    options: { namespace?: string; labelSelector?: string } = {},
  ): Promise<KubernetesObject[]> {
    const { items } = await this.#listAll(type, options);
    return items;
  }

  async watch(
    type: Type,
    onEvent: (event: WatchEvent) => void,
    options: { namespace?: string; signal: AbortSignal },
  ): Promise<void> {
    const { signal } = options;
    const known = new Map<string, KubernetesObject>();
    let resourceVersion: string | undefined;
    let failures = 0;

    const take = (event: WatchEvent) => {
      const key = keyOf(event.object);
      if (event.type === 'DELETED') {
        known.delete(key);
      } else {
        // Only what a DELETED event needs later.
        const { apiVersion, kind, metadata } = event.object;
        known.set(key, { apiVersion, kind, metadata });
      }
      onEvent(event);
    };

    while (!signal.aborted) {
      try {
        if (resourceVersion === undefined) {
          const list = await this.#listAll(type, options);
          const listed = new Set(list.items.map(keyOf));
          for (const [key, object] of [...known]) {
            if (!listed.has(key)) {
              take({ type: 'DELETED', object });
            }
          }
          for (const object of list.items) {
            const before = known.get(keyOf(object))?.metadata;
            if (before?.uid && before.uid !== object.metadata.uid) {
              take({ type: 'DELETED', object: known.get(keyOf(object))! });
            }
            if (before?.resourceVersion !== object.metadata.resourceVersion) {
              take({ type: before ? 'MODIFIED' : 'ADDED', object });
            }
          }
          resourceVersion = list.resourceVersion;
        }
        resourceVersion = await this.#stream(
          type,
          resourceVersion,
          options,
          take,
        );
        failures = 0;
      } catch (error: any) {
        if (signal.aborted) {
          return;
        }
        const gone = error instanceof WatchEnded && error.gone;
        if (error instanceof WatchEnded) {
          resourceVersion = gone ? undefined : error.resourceVersion;
          failures = error.received ? 0 : failures;
        }
        failures += 1;
        const backoff = Math.min(MAX_BACKOFF_MS, 100 * 2 ** failures);
        const wait = error?.retryAfterMs ?? backoff * (0.5 + Math.random() / 2);
        if (!gone || failures > 1) {
          this.#options.logger.debug(
            `Watching ${type.kind} failed (${
              error.message
            }), next try in ${Math.round(wait)} ms`,
          );
          await delay(wait, undefined, { signal }).catch(() => {});
        }
      }
    }
  }

  async create(object: KubernetesObject): Promise<KubernetesObject> {
    const path = await this.#path(object, {
      namespace: object.metadata.namespace,
    });
    return this.#transport.json('POST', path, object, 'application/json');
  }

  async apply(
    object: KubernetesObject,
    options: { fieldManager: string; force?: boolean; dryRun?: boolean },
  ): Promise<KubernetesObject> {
    const query = new URLSearchParams({ fieldManager: options.fieldManager });
    if (options.force) {
      query.set('force', 'true');
    }
    if (options.dryRun) {
      query.set('dryRun', 'All');
    }
    const path = await this.#path(object, object.metadata);
    return this.#transport.json(
      'PATCH',
      `${path}?${query}`,
      object,
      'application/apply-patch+yaml',
    );
  }

  async patch(
    key: ObjectKey,
    patch: object,
    options: { subresource?: 'status'; fieldManager?: string } = {},
  ): Promise<KubernetesObject> {
    const path = await this.#path(key, key);
    const query = options.fieldManager
      ? `?${new URLSearchParams({ fieldManager: options.fieldManager })}`
      : '';
    return this.#transport.json(
      'PATCH',
      `${path}${options.subresource ? `/${options.subresource}` : ''}${query}`,
      patch,
      'application/merge-patch+json',
    );
  }

  async delete(
    key: ObjectKey,
    options: Parameters<KubernetesClient['delete']>[1] = {},
  ): Promise<void> {
    const path = await this.#path(key, key);
    try {
      await this.#transport.json(
        'DELETE',
        path,
        {
          kind: 'DeleteOptions',
          apiVersion: 'v1',
          propagationPolicy: options.propagationPolicy ?? 'Background',
          gracePeriodSeconds: options.gracePeriodSeconds,
        },
        'application/json',
      );
    } catch (error) {
      // What is gone already is as deleted as can be.
      if (!(error instanceof KubernetesApiError && error.status === 404)) {
        throw error;
      }
    }
  }

  impersonate(user: string): KubernetesClient {
    return new HttpKubernetesClient(
      { ...this.#options, impersonate: user },
      this.#discovery,
    );
  }

  /** The path of a collection, or of one object when there is a name. */
  async #path(
    type: Type,
    at: { namespace?: string; name?: string },
  ): Promise<string> {
    const resource = await this.resource(type);
    if (!resource) {
      throw new KubernetesApiError(
        404,
        'NotFound',
        `no matches for kind "${type.kind}" in version "${type.apiVersion}"`,
      );
    }
    const inNamespace =
      resource.namespaced && at.namespace
        ? `/namespaces/${encodeURIComponent(at.namespace)}`
        : '';
    const name = at.name ? `/${encodeURIComponent(at.name)}` : '';
    return `${groupPath(type.apiVersion)}${inNamespace}/${
      resource.name
    }${name}`;
  }

  async #listAll(
    type: Type,
    options: {
      namespace?: string;
      labelSelector?: string;
      signal?: AbortSignal;
    },
  ): Promise<{ items: KubernetesObject[]; resourceVersion: string }> {
    const path = await this.#path(type, { namespace: options.namespace });
    const query = new URLSearchParams({ limit: String(PAGE_SIZE) });
    if (options.labelSelector) {
      query.set('labelSelector', options.labelSelector);
    }
    const items: KubernetesObject[] = [];
    for (;;) {
      const page: any = await this.#transport.json(
        'GET',
        `${path}?${query}`,
        undefined,
        undefined,
        options.signal,
      );
      for (const item of page.items ?? []) {
        // Items of a list may come without their type.
        items.push({ ...item, apiVersion: type.apiVersion, kind: type.kind });
      }
      if (!page.metadata.continue) {
        return { items, resourceVersion: page.metadata.resourceVersion };
      }
      query.set('continue', page.metadata.continue);
    }
  }

  /** One watch request; returns the resourceVersion at which it ended as asked, throws otherwise. */
  async #stream(
    type: Type,
    from: string,
    options: { namespace?: string; signal: AbortSignal },
    onEvent: (event: WatchEvent) => void,
  ): Promise<string> {
    const path = await this.#path(type, { namespace: options.namespace });
    const query = new URLSearchParams({
      watch: 'true',
      resourceVersion: from,
      allowWatchBookmarks: 'true',
      timeoutSeconds: String(WATCH_SECONDS),
    });
    let resourceVersion = from;
    let received = false;
    try {
      const lines = this.#transport.lines(`${path}?${query}`, {
        signal: options.signal,
        inactivityMs: this.#options.watchInactivityMs ?? 90_000,
      });
      for await (const line of lines) {
        const event = JSON.parse(line);
        if (event.type === 'ERROR') {
          const { code, reason, message } = event.object;
          throw new KubernetesApiError(code, reason, message);
        }
        received = true;
        resourceVersion = event.object.metadata.resourceVersion;
        if (event.type !== 'BOOKMARK') {
          onEvent(event);
        }
      }
      return resourceVersion;
    } catch (error: any) {
      throw new WatchEnded(error, resourceVersion, received);
    }
  }
}
