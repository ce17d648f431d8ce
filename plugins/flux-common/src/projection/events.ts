import type { ResourceEvent } from '../api';
import { compact, message, num, rec, str, time } from '../raw';

function projectEvent(rawEvent: unknown): ResourceEvent {
  const event = rec(rawEvent);
  const series = rec(event.series);
  const created = time(rec(event.metadata).creationTimestamp);
  const once = time(event.eventTime) ?? created;
  return compact<ResourceEvent>({
    type: event.type === 'Warning' ? 'Warning' : 'Normal',
    reason: str(event.reason, 128) ?? '',
    message: message(event.message) ?? '',
    count: num(series.count) ?? num(event.count) ?? 1,
    firstAt: time(event.firstTimestamp) ?? once,
    lastAt: time(series.lastObservedTime) ?? time(event.lastTimestamp) ?? once,
    source: str(event.reportingComponent) ?? str(rec(event.source).component),
  });
}

/**
 * Reduces Events, as an API server gives them, to what screens need; the newest first.
 *
 * @public
 */
export function projectEvents(
  rawEvents: readonly unknown[],
  max: number,
): ResourceEvent[] {
  const at = (event: ResourceEvent) => Date.parse(event.lastAt ?? '') || 0;
  return rawEvents
    .map(projectEvent)
    .sort((a, b) => at(b) - at(a))
    .slice(0, max);
}
