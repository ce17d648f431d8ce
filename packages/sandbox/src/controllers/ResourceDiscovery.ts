import { KubernetesApiError } from './client';
import type { HttpTransport } from './HttpTransport';

export interface Type {
  apiVersion: string;
  kind: string;
}

export interface Resource {
  name: string;
  namespaced: boolean;
}

const RETRY_MS = 10_000;

export const groupPath = (apiVersion: string) =>
  apiVersion.includes('/') ? `/apis/${apiVersion}` : `/api/${apiVersion}`;

/** Which kinds a server serves and under which names, asked once a group and version. */
export class ResourceDiscovery {
  readonly #transport: HttpTransport;
  readonly #found = new Map<string, Promise<Map<string, Resource>>>();

  constructor(transport: HttpTransport) {
    this.#transport = transport;
  }

  async resource({ apiVersion, kind }: Type): Promise<Resource | undefined> {
    let resources = this.#found.get(apiVersion);
    if (!resources) {
      resources = this.#discover(apiVersion);
      this.#found.set(apiVersion, resources);
      resources.catch(() => this.#found.delete(apiVersion));
    }
    const resource = (await resources).get(kind);
    if (!resource) {
      // What is not served today may be tomorrow, when its CRD is there.
      setTimeout(() => this.#found.delete(apiVersion), RETRY_MS).unref();
    }
    return resource;
  }

  async #discover(apiVersion: string): Promise<Map<string, Resource>> {
    try {
      const list = await this.#transport.json('GET', groupPath(apiVersion));
      return new Map(
        (list.resources as any[])
          .filter(({ name }) => !name.includes('/'))
          .map(({ name, kind, namespaced }) => [kind, { name, namespaced }]),
      );
    } catch (error) {
      if (error instanceof KubernetesApiError && error.status === 404) {
        return new Map();
      }
      throw error;
    }
  }
}
