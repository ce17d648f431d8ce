import { parseJson } from '../clusters/ClusterClient';
import { NotKubernetesError } from '../clusters/NotKubernetesError';

/** A line of a watch. */
export interface WatchEvent {
  type: 'ADDED' | 'MODIFIED' | 'DELETED' | 'BOOKMARK' | 'ERROR';
  object: RawObject;
}

/** What a reflector has to know of an object; the rest is the projection's. */
export interface RawObject {
  metadata?: {
    resourceVersion?: string;
    annotations?: Record<string, string>;
  };
  [key: string]: unknown;
}

const TYPES = new Set(['ADDED', 'MODIFIED', 'DELETED', 'BOOKMARK', 'ERROR']);
// etcd takes objects of 1.5 MB; whoever sends so much more never ends the line
const MAX_LINE_BYTES = 64 * 1024 * 1024;
const NEWLINE = 10;

/**
 * The events of a watch, in batches as they arrive.
 *
 * @throws NotKubernetesError when a line is no event, Error when the last line is half a line: proxies end a
 * watch in good order that its cluster has broken off.
 */
export async function* watchEvents(
  body: AsyncIterable<Uint8Array>,
  onBytes: () => void,
): AsyncGenerator<WatchEvent[]> {
  let pieces: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of body) {
    onBytes();
    const events: WatchEvent[] = [];
    let start = 0;
    for (
      let end = chunk.indexOf(NEWLINE);
      end >= 0;
      end = chunk.indexOf(NEWLINE, start)
    ) {
      pieces.push(chunk.subarray(start, end));
      const line = Buffer.concat(pieces).toString('utf8');
      pieces = [];
      size = 0;
      start = end + 1;
      if (line.trim()) {
        events.push(parseEvent(line));
      }
    }
    if (start < chunk.length) {
      pieces.push(chunk.subarray(start));
      size += chunk.length - start;
    }
    if (size > MAX_LINE_BYTES) {
      throw new NotKubernetesError(
        `it sent an object of more than ${MAX_LINE_BYTES >> 20} MB`,
      );
    }
    if (events.length) {
      yield events;
    }
  }
  if (size) {
    throw new Error('it broke the connection off');
  }
}

function parseEvent(line: string): WatchEvent {
  const event = parseJson(line) as Partial<WatchEvent> | null;
  if (
    !TYPES.has(String(event?.type)) ||
    typeof event?.object !== 'object' ||
    event.object === null
  ) {
    throw new NotKubernetesError();
  }
  return event as WatchEvent;
}
