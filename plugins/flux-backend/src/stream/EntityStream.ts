import { BackstageCredentials } from '@backstage/backend-plugin-api';
import {
  CompoundEntityRef,
  Entity,
  stringifyEntityRef,
} from '@backstage/catalog-model';
import { serializeError, toError } from '@backstage/errors';
import { Response } from 'express';
import { EntityAccess } from '../entity/EntityAccess';
import { EntityViews } from '../entity/EntityViews';
import { LiveEntityView } from '../entity/LiveEntityView';
import { RenderedView } from '../entity/RenderedView';

export interface EntityStreamOptions {
  access: EntityAccess;
  views: EntityViews;
  credentials: BackstageCredentials;
  response: Response;
  /** The ETags of what the client has. */
  has: ReadonlySet<string>;
}

interface Followed {
  ref: CompoundEntityRef;
  view?: LiveEntityView;
  /** When the reader's access has to be looked at again; `performance.now()`. */
  checkAt: number;
  unsubscribe?: () => void;
  /** ETag of what the client has, or will have when all that is written has arrived. */
  etag?: string;
  /** What went wrong and has been told. */
  told?: string;
  /** What the client shall have as soon as it takes more. */
  next?: Buffer;
}

/** How often the permission framework is asked whether the reader may still see the entity. */
const ACCESS_MS = 5 * 60_000;

/** As the same errors have it outside a stream. */
const STATUS: Record<string, number> = {
  InputError: 400,
  NotAllowedError: 403,
  NotFoundError: 404,
  ServiceUnavailableError: 503,
};

/** Sends one reader the views of some entities: first what he doesn't have, then what changes. */
export class EntityStream {
  readonly #options: EntityStreamOptions;
  readonly #followed: Followed[];
  #expiry?: NodeJS.Timeout;
  #closed = false;

  constructor(refs: CompoundEntityRef[], options: EntityStreamOptions) {
    this.#options = options;
    this.#followed = refs.map(ref => ({ ref, checkAt: 0 }));
  }

  /** Resolves when the stream has ended. */
  async run(): Promise<void> {
    const { response, credentials } = this.#options;
    response.writeHead(200, {
      'content-type': 'text/event-stream',
      // Whatever compresses would keep back events until it has enough of them
      'cache-control': 'private, no-cache, no-transform',
      'x-accel-buffering': 'no',
    });
    response.flushHeaders();
    // Tells the client at once that nothing on the way holds events back
    this.stayOpen();
    response.on('drain', () => this.#catchUp());
    const closed = new Promise<void>(resolve => {
      response.on('close', resolve);
    });
    if (credentials.expiresAt) {
      const rest = credentials.expiresAt.getTime() - Date.now();
      this.#expiry = setTimeout(() => this.end(), Math.max(rest, 0));
    }
    void this.follow();
    await closed;
    this.#closed = true;
    clearTimeout(this.#expiry);
    this.#followed.forEach(({ unsubscribe }) => unsubscribe?.());
  }

  end() {
    this.#options.response.end();
  }

  /** Says something that means nothing, so that neither the client nor a proxy gives up a quiet stream. */
  stayOpen() {
    const { response } = this.#options;
    if (!response.writableEnded && !response.writableNeedDrain) {
      response.write(':\n\n');
    }
  }

  get refs(): CompoundEntityRef[] {
    return this.#followed.map(({ ref }) => ref);
  }

  /** Looks whether entities have changed, and now and then whether the reader may still see them. */
  async follow() {
    await Promise.all(this.#followed.map(followed => this.#follow(followed)));
  }

  async #follow(followed: Followed) {
    const { views } = this.#options;
    try {
      const view = views.of(await this.#entity(followed));
      if (this.#closed || view === followed.view) {
        return;
      }
      const rendered = await view.read();
      followed.unsubscribe?.();
      if (this.#closed) {
        return;
      }
      followed.view = view;
      followed.unsubscribe = view.subscribe(next => this.#send(followed, next));
      this.#send(followed, rendered);
    } catch (error) {
      const { name } = toError(error);
      // While the catalog is away, what was shown goes on being shown
      if (followed.view && STATUS[name] !== undefined && STATUS[name] < 500) {
        followed.unsubscribe?.();
        followed.unsubscribe = undefined;
        followed.view = undefined;
      }
      if (!followed.view) {
        followed.checkAt = 0;
        this.#fail(followed, toError(error));
      }
    }
  }

  async #entity(followed: Followed): Promise<Entity> {
    const { access, credentials } = this.#options;
    if (performance.now() < followed.checkAt) {
      return access.entity(followed.ref);
    }
    const entity = await access.toRead(followed.ref, credentials);
    // Streams that began together are not looked at together
    followed.checkAt =
      performance.now() + ACCESS_MS * (0.8 + Math.random() / 2.5);
    return entity;
  }

  #send(followed: Followed, view: RenderedView) {
    followed.told = undefined;
    if (followed.etag === view.etag) {
      return;
    }
    const first = followed.etag === undefined;
    followed.etag = view.etag;
    this.#write(
      followed,
      first && this.#options.has.has(view.etag)
        ? event('unchanged', { entityRef: view.view.entityRef })
        : view.event(),
    );
  }

  #fail(followed: Followed, error: Error) {
    const { name, message } = serializeError(error);
    if (followed.told === message) {
      return;
    }
    followed.told = message;
    followed.etag = undefined;
    this.#write(
      followed,
      event('failed', {
        entityRef: stringifyEntityRef(followed.ref),
        error: { name, message, statusCode: STATUS[name] ?? 500 },
      }),
    );
  }

  /** A reader who is slow gets the last of what he missed, and nothing piles up for him. */
  #write(followed: Followed, bytes: Buffer) {
    const { response } = this.#options;
    if (this.#closed || response.writableEnded) {
      return;
    }
    if (response.writableNeedDrain) {
      followed.next = bytes;
    } else {
      response.write(bytes);
    }
  }

  #catchUp() {
    for (const followed of this.#followed) {
      const { next } = followed;
      if (next) {
        followed.next = undefined;
        this.#write(followed, next);
      }
    }
  }
}

function event(name: string, data: object): Buffer {
  return Buffer.from(`event: ${name}\ndata: ${JSON.stringify(data)}\n\n`);
}
