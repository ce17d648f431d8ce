import { FluxStreamEvents } from '@backstage-flux/plugin-flux-common';
import { deserializeError } from '@backstage/errors';
import { createParser, EventSourceMessage } from 'eventsource-parser';
import { EntityViewEvent } from './fluxApi';

/**
 * The events of a response of `GET /stream`, until it ends or is aborted.
 *
 * @throws when the response is something else, or an event's data is not what its name promises
 */
export async function* readEntityViewEvents(
  response: Response,
): AsyncGenerator<EntityViewEvent> {
  const type = response.headers.get('Content-Type') ?? 'no content type';
  if (!response.body || !type.startsWith('text/event-stream')) {
    throw new Error(
      `The flux backend answered with ${type} where a stream of events was asked for; see whether a proxy answers in its place`,
    );
  }
  const events: EntityViewEvent[] = [];
  const parser = createParser({
    onEvent: message => events.push(...entityViewEvent(message)),
    onComment: () => events.push({ type: 'alive' }),
  });
  const decoder = new TextDecoder();
  const reader = response.body.getReader();
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) {
        return;
      }
      parser.feed(decoder.decode(value, { stream: true }));
      yield* events.splice(0);
    }
  } finally {
    // Whoever stops listening must not leave the connection open
    reader.cancel().catch(() => {});
  }
}

function entityViewEvent({
  event,
  data,
}: EventSourceMessage): EntityViewEvent[] {
  switch (event) {
    case 'view': {
      const { etag, ...rest }: FluxStreamEvents['view'] = JSON.parse(data);
      // As the ETag header has it
      return [{ type: 'view', ...rest, etag: `"${etag}"` }];
    }
    case 'unchanged': {
      const { entityRef }: FluxStreamEvents['unchanged'] = JSON.parse(data);
      return [{ type: 'unchanged', entityRef }];
    }
    case 'failed': {
      const failed: FluxStreamEvents['failed'] = JSON.parse(data);
      const { entityRef, error } = failed;
      return [{ type: 'failed', entityRef, error: deserializeError(error) }];
    }
    default:
      // A newer backend may tell more
      return [];
  }
}
