import { ResponseError } from '@backstage/errors';
import { Readable } from 'node:stream';
import { digestOf } from './digest';

export type Blob = { digest: string; size: number };

async function expectStatus(response: Response, status: number) {
  if (response.status !== status) {
    throw await ResponseError.fromResponse(response);
  }
  await response.body?.cancel();
  return response;
}

/** Pushes to one repository of any registry that speaks the distribution API and asks nobody to sign in. */
export class RemoteRepository {
  readonly #url: string;
  readonly #signal?: AbortSignal;

  constructor(registryUrl: string, name: string, signal?: AbortSignal) {
    this.#url = `${registryUrl}/v2/${name}`;
    this.#signal = signal;
  }

  async #hasBlob(digest: string): Promise<boolean> {
    const { status } = await fetch(`${this.#url}/blobs/${digest}`, {
      method: 'HEAD',
      signal: this.#signal,
    });
    return status === 200;
  }

  /** Sends a blob as it is read, unless the repository has it already; answers whether it was sent. */
  async pushBlob(
    { digest, size }: Blob,
    open: () => Readable,
  ): Promise<boolean> {
    if (await this.#hasBlob(digest)) {
      return false;
    }
    const upload = await expectStatus(
      await fetch(`${this.#url}/blobs/uploads/`, {
        method: 'POST',
        signal: this.#signal,
      }),
      202,
    );
    const location = new URL(upload.headers.get('location') ?? '', this.#url);
    location.searchParams.set('digest', digest);
    const content = open();
    try {
      await expectStatus(
        await fetch(location, {
          method: 'PUT',
          body: Readable.toWeb(content),
          duplex: 'half',
          headers: {
            'content-type': 'application/octet-stream',
            'content-length': String(size),
          },
          signal: this.#signal,
        } as RequestInit),
        201,
      );
    } finally {
      content.destroy();
    }
    return true;
  }

  async pushBuffer(content: Buffer): Promise<Blob> {
    const blob = { digest: digestOf(content), size: content.length };
    await this.pushBlob(blob, () => Readable.from([content]));
    return blob;
  }

  /** Under a tag or its digest. */
  async pushManifest(
    reference: string,
    mediaType: string,
    content: Buffer,
  ): Promise<void> {
    await expectStatus(
      await fetch(`${this.#url}/manifests/${reference}`, {
        method: 'PUT',
        body: new Uint8Array(content),
        headers: { 'content-type': mediaType },
        signal: this.#signal,
      }),
      201,
    );
  }
}
