import { AuditorService, HttpAuthService } from '@backstage/backend-plugin-api';
import {
  CompoundEntityRef,
  stringifyEntityRef,
} from '@backstage/catalog-model';
import { ServiceUnavailableError } from '@backstage/errors';
import { Request, Response } from 'express';
import { audited } from '../audited';
import { EntityAccess } from '../entity/EntityAccess';
import { EntityViews } from '../entity/EntityViews';
import { EntityStream } from './EntityStream';

// Each open tab holds one; far more than people who look at once hint at a client gone wild
const MAX_STREAMS = 5_000;

/** The streams that are open. */
export class EntityStreams {
  readonly #options: {
    auditor: AuditorService;
    httpAuth: HttpAuthService;
    access: EntityAccess;
    views: EntityViews;
  };
  readonly #open = new Set<EntityStream>();

  constructor(options: {
    auditor: AuditorService;
    httpAuth: HttpAuthService;
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
    }
  }

  /** Ends all; clients come again, to another replica or when this one is back. */
  close() {
    for (const stream of this.#open) {
      stream.end();
    }
  }
}
