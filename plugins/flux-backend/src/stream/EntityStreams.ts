import {
  AuditorService,
  HttpAuthService,
  LoggerService,
} from '@backstage/backend-plugin-api';
import {
  CompoundEntityRef,
  stringifyEntityRef,
} from '@backstage/catalog-model';
import { ServiceUnavailableError, toError } from '@backstage/errors';
import { Request, Response } from 'express';
import { audited } from '../audited';
import { EntityAccess } from '../entity/EntityAccess';
import { EntityViews } from '../entity/EntityViews';
import { EntityStream } from './EntityStream';

// Each open tab holds one; far more than people who look at once hint at a client gone wild
const MAX_STREAMS = 5_000;
/** All at once: a server that wakes up for each costs more than what it says. */
const STAY_OPEN_MS = 15_000;
/** How often the entities that somebody follows are read anew, all in one request. */
const ENTITIES_MS = 60_000;

/** The streams that are open. */
export class EntityStreams {
  readonly #options: {
    auditor: AuditorService;
    httpAuth: HttpAuthService;
    logger: LoggerService;
    access: EntityAccess;
    views: EntityViews;
  };
  readonly #open = new Set<EntityStream>();
  #timers: NodeJS.Timeout[] = [];

  constructor(options: {
    auditor: AuditorService;
    httpAuth: HttpAuthService;
    logger: LoggerService;
    access: EntityAccess;
    views: EntityViews;
  }) {
    this.#options = options;
  }

  /** How many readers there are. */
  get viewers(): number {
    return this.#open.size;
  }

  /** Answers with a stream; resolves when it has ended. */
  async serve(
    request: Request,
    response: Response,
    refs: CompoundEntityRef[],
  ): Promise<void> {
    const { auditor, httpAuth, access, views } = this.#options;
    const credentials = await httpAuth.credentials(request);
    if (this.#open.size >= MAX_STREAMS) {
      throw new ServiceUnavailableError(
        `There are ${MAX_STREAMS} streams open, which is as many as one backend serves; read the views one by one instead`,
      );
    }
    const has = (request.get('last-event-id') ?? '').split(',');
    const stream = new EntityStream(refs, {
      access,
      views,
      credentials,
      response,
      has: new Set(has.map(etag => etag.trim()).filter(Boolean)),
    });
    this.#open.add(stream);
    if (!this.#timers.length) {
      this.#timers = [
        setInterval(() => this.#stayOpen(), STAY_OPEN_MS),
        setInterval(() => void this.#refresh(), ENTITIES_MS),
      ];
    }
    try {
      await audited(
        auditor,
        {
          eventId: 'entity-stream',
          request,
          severityLevel: 'low',
          meta: { entities: refs.map(ref => stringifyEntityRef(ref)) },
        },
        () => stream.run(),
      );
    } finally {
      this.#open.delete(stream);
      if (!this.#open.size) {
        this.#timers.forEach(timer => clearInterval(timer));
        this.#timers = [];
      }
    }
  }

  /** Ends all; clients come again, to another replica or when this one is back. */
  close() {
    for (const stream of this.#open) {
      stream.end();
    }
  }

  #stayOpen() {
    this.#open.forEach(stream => stream.stayOpen());
  }

  async #refresh() {
    const { access, logger } = this.#options;
    const streams = [...this.#open];
    try {
      await access.refresh(streams.flatMap(({ refs }) => refs));
    } catch (error) {
      // What is known of the entities is good for a while
      logger.warn('The catalog can’t be read', toError(error));
      return;
    }
    for (const stream of streams) {
      void stream.follow();
    }
  }
}
