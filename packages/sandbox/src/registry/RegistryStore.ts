import { createHash, randomUUID } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import {
  mkdir,
  readdir,
  readFile,
  rename,
  rm,
  stat,
  writeFile,
} from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { digestOf } from './digest';
import { RegistryError } from './errors';

export type StoredManifest = {
  digest: string;
  mediaType: string;
  content: Buffer;
};

const missing = (error: unknown) =>
  (error as NodeJS.ErrnoException).code === 'ENOENT';

async function readOrUndefined(path: string): Promise<Buffer | undefined> {
  try {
    return await readFile(path);
  } catch (error) {
    if (missing(error)) {
      return undefined;
    }
    throw error;
  }
}

async function list(path: string): Promise<string[]> {
  try {
    return await readdir(path);
  } catch (error) {
    if (missing(error)) {
      return [];
    }
    throw error;
  }
}

const hex = (digest: string) => digest.slice('sha256:'.length);

/** Blobs by digest; per repository the blobs, manifests and tags that it has. */
export class RegistryStore {
  readonly #directory: string;

  constructor(directory: string) {
    this.#directory = directory;
  }

  #repository(name: string, ...rest: string[]): string {
    return join(this.#directory, 'repositories', name, ...rest);
  }

  #blob(digest: string): string {
    return join(this.#directory, 'blobs', hex(digest));
  }

  #upload(id: string): string {
    return join(this.#directory, 'uploads', id);
  }

  async #write(path: string, content: Buffer | string): Promise<void> {
    await mkdir(dirname(path), { recursive: true });
    const temporary = `${path}.${randomUUID()}.tmp`;
    await writeFile(temporary, content);
    await rename(temporary, path);
  }

  /** Whether anything was ever pushed to a repository. */
  async exists(name: string): Promise<boolean> {
    return (await list(this.#repository(name, '_manifests'))).length > 0;
  }

  async tags(name: string): Promise<string[]> {
    const names = await list(this.#repository(name, '_tags'));
    return names.filter(n => !n.endsWith('.tmp')).sort();
  }

  /** By tag or digest. */
  async manifest(
    name: string,
    reference: string,
  ): Promise<StoredManifest | undefined> {
    const digest = reference.includes(':')
      ? reference
      : (
          await readOrUndefined(this.#repository(name, '_tags', reference))
        )?.toString('utf8');
    if (!digest) {
      return undefined;
    }
    const mediaType = await readOrUndefined(
      this.#repository(name, '_manifests', hex(digest)),
    );
    const content = mediaType && (await readOrUndefined(this.#blob(digest)));
    return content && { digest, mediaType: mediaType.toString(), content };
  }

  async putManifest(
    name: string,
    tag: string | undefined,
    mediaType: string,
    content: Buffer,
  ): Promise<string> {
    const digest = digestOf(content);
    await this.#write(this.#blob(digest), content);
    await this.#write(
      this.#repository(name, '_manifests', hex(digest)),
      mediaType,
    );
    if (tag !== undefined) {
      await this.#write(this.#repository(name, '_tags', tag), digest);
    }
    return digest;
  }

  async deleteTag(name: string, tag: string): Promise<boolean> {
    const existed = (await this.tags(name)).includes(tag);
    await rm(this.#repository(name, '_tags', tag), { force: true });
    return existed;
  }

  /** Removes a manifest and the tags that point to it. */
  async deleteManifest(name: string, digest: string): Promise<boolean> {
    const found = await this.manifest(name, digest);
    for (const tag of await this.tags(name)) {
      if ((await this.manifest(name, tag))?.digest === digest) {
        await this.deleteTag(name, tag);
      }
    }
    await rm(this.#repository(name, '_manifests', hex(digest)), {
      force: true,
    });
    return found !== undefined;
  }

  /** The size of a blob that this repository has. */
  async blobSize(name: string, digest: string): Promise<number | undefined> {
    try {
      await stat(this.#repository(name, '_blobs', hex(digest)));
      return (await stat(this.#blob(digest))).size;
    } catch (error) {
      if (missing(error)) {
        return undefined;
      }
      throw error;
    }
  }

  /** From one byte to another, both included. */
  readBlob(digest: string, start: number, end: number): Readable {
    // A stream of no bytes cannot be asked for
    return end < start
      ? Readable.from([])
      : createReadStream(this.#blob(digest), { start, end });
  }

  /** Makes a blob of one repository one of another, without copying it. */
  async mountBlob(name: string, digest: string, from: string) {
    const size = await this.blobSize(from, digest);
    if (size !== undefined) {
      await this.#write(this.#repository(name, '_blobs', hex(digest)), '');
    }
    return size !== undefined;
  }

  async deleteBlob(name: string, digest: string): Promise<boolean> {
    const existed = (await this.blobSize(name, digest)) !== undefined;
    await rm(this.#repository(name, '_blobs', hex(digest)), { force: true });
    return existed;
  }

  /** Uploads that the end of the process cut off; their clients begin anew. */
  async forgetUploads(): Promise<void> {
    await rm(this.#upload(''), { recursive: true, force: true });
  }

  async startUpload(): Promise<string> {
    const id = randomUUID();
    await this.#write(this.#upload(id), '');
    return id;
  }

  async uploadSize(id: string): Promise<number> {
    try {
      return (await stat(this.#upload(id))).size;
    } catch (error) {
      if (missing(error)) {
        throw new RegistryError(
          'BLOB_UPLOAD_UNKNOWN',
          'blob upload unknown to registry',
          { id },
        );
      }
      throw error;
    }
  }

  async appendUpload(id: string, chunk: Readable): Promise<number> {
    await this.uploadSize(id);
    await pipeline(chunk, createWriteStream(this.#upload(id), { flags: 'a' }));
    return this.uploadSize(id);
  }

  async cancelUpload(id: string): Promise<void> {
    await this.uploadSize(id);
    await rm(this.#upload(id));
  }

  async finishUpload(name: string, id: string, digest: string): Promise<void> {
    const hash = createHash('sha256');
    await pipeline(createReadStream(this.#upload(id)), hash);
    const actual = `sha256:${hash.digest('hex')}`;
    if (actual !== digest) {
      throw new RegistryError(
        'DIGEST_INVALID',
        'provided digest did not match uploaded content',
        { digest, actual },
      );
    }
    await mkdir(dirname(this.#blob(digest)), { recursive: true });
    await rename(this.#upload(id), this.#blob(digest));
    await this.#write(this.#repository(name, '_blobs', hex(digest)), '');
  }
}
