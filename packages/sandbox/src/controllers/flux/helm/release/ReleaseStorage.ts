import { gunzipSync, gzipSync } from 'node:zlib';
import {
  KubernetesApiError,
  KubernetesClient,
  KubernetesObject,
} from '../../../client';
import type { Release } from './Release';

const SECRET = { apiVersion: 'v1', kind: 'Secret' };
const FIELD_MANAGER = 'helm-controller';
const PREFIX = 'sh.helm.release.v1';

function decode(secret: KubernetesObject): Release {
  const text = Buffer.from(secret.data.release, 'base64').toString();
  return JSON.parse(gunzipSync(Buffer.from(text, 'base64')).toString());
}

function encode(release: Release): string {
  const packed = gzipSync(JSON.stringify(release)).toString('base64');
  return Buffer.from(packed).toString('base64');
}

/** Releases in Secrets, where Helm has them too. */
export class ReleaseStorage {
  readonly #client: KubernetesClient;
  readonly #namespace: string;
  readonly #onWrite: (release: Release) => void;

  constructor(options: {
    client: KubernetesClient;
    namespace: string;
    /** Told of every release that was created or updated. */
    onWrite?: (release: Release) => void;
  }) {
    this.#client = options.client;
    this.#namespace = options.namespace;
    this.#onWrite = options.onWrite ?? (() => {});
  }

  /** All versions of a release, the newest first. */
  async history(name: string): Promise<Release[]> {
    const secrets = await this.#client.list(SECRET, {
      namespace: this.#namespace,
      labelSelector: `owner=helm,name=${name}`,
    });
    return secrets.map(decode).sort((a, b) => b.version - a.version);
  }

  async last(name: string): Promise<Release | undefined> {
    return (await this.history(name))[0];
  }

  async get(name: string, version: number): Promise<Release | undefined> {
    const secret = await this.#client.get(this.#key(name, version));
    return secret && decode(secret);
  }

  /** Adds a version and lets go of the oldest ones. */
  async create(release: Release, most: number): Promise<void> {
    const before = await this.history(release.name);
    const deployed = before.find(({ info }) => info.status === 'deployed');
    const excess = most > 0 ? before.slice(Math.max(0, most - 1)) : [];
    for (const old of excess) {
      if (old !== deployed) {
        await this.delete(old);
      }
    }
    const { name, version, info } = release;
    await this.#client.create({
      ...SECRET,
      metadata: {
        name: this.#key(name, version).name,
        namespace: this.#namespace,
        labels: {
          createdAt: String(Math.floor(Date.now() / 1000)),
          name,
          owner: 'helm',
          status: info.status,
          version: String(version),
        },
      },
      type: 'helm.sh/release.v1',
      data: { release: encode(release) },
    });
    this.#onWrite(release);
  }

  async update(release: Release): Promise<void> {
    const { name, version, info } = release;
    await this.#client.patch(
      this.#key(name, version),
      {
        metadata: {
          labels: {
            modifiedAt: String(Math.floor(Date.now() / 1000)),
            status: info.status,
          },
        },
        data: { release: encode(release) },
      },
      { fieldManager: FIELD_MANAGER },
    );
    this.#onWrite(release);
  }

  async delete({ name, version }: Release): Promise<void> {
    try {
      await this.#client.delete(this.#key(name, version));
    } catch (error) {
      if (!(error instanceof KubernetesApiError && error.status === 404)) {
        throw error;
      }
    }
  }

  #key(name: string, version: number) {
    return {
      ...SECRET,
      namespace: this.#namespace,
      name: `${PREFIX}.${name}.v${version}`,
    };
  }
}
