import { createHash } from 'node:crypto';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { FluxEntityView } from '@backstage-flux/plugin-flux-common';

const compress = promisify(gzip);

/** A view as it is sent, to all who look at it: made once, until something in it changes. */
export class RenderedView {
  readonly view: FluxEntityView;
  /** Ids of the objects that the entity itself names. */
  readonly roots: ReadonlySet<string>;
  /** Without quotes. */
  readonly etag: string;
  readonly json: Buffer;
  #gzip?: Promise<Buffer>;
  #event?: Buffer;

  constructor(view: FluxEntityView, roots: ReadonlySet<string>) {
    this.view = view;
    this.roots = roots;
    this.json = Buffer.from(JSON.stringify(view));
    this.etag = createHash('sha256').update(this.json).digest('base64url');
  }

  gzip(): Promise<Buffer> {
    this.#gzip ??= compress(this.json);
    return this.#gzip;
  }

  /** As an event of a stream. */
  event(): Buffer {
    this.#event ??= Buffer.concat([
      Buffer.from(
        `event: view\ndata: {"entityRef":${JSON.stringify(
          this.view.entityRef,
        )},"etag":"${this.etag}","view":`,
      ),
      this.json,
      Buffer.from('}\n\n'),
    ]);
    return this.#event;
  }
}
