import type { ChainStop, ResourceState } from './api';
import type { Projection } from './projection/types';
import type { ExplainedStatus } from './status/types';

/** A stop of the chain, before it is known how far the way has come. */
export interface Stop {
  label: string;
  at: Projection;
  text: string;
  /** Said instead of `text` where the way has not come so far. */
  rest: string;
  status: ExplainedStatus;
  /** It has something that runs, whatever stands before it. */
  runs?: boolean;
}

const CAN_STAND: ResourceState[] = [
  'failing',
  'stalled',
  'suspended',
  'waiting',
];

type Said = Pick<ChainStop, 'state' | 'text'>;

function beyond({ at, text, rest, status, runs }: Stop): Said {
  if (runs) return { state: 'running', text };
  if (at.canary) return { state: 'notReached', text: 'not started' };
  return {
    state: 'notReached',
    text: status.state === 'waiting' ? rest : text,
  };
}

function within({ at, text, status, runs }: Stop, behind: boolean): Said {
  if (behind && status.state === 'upToDate') {
    if (runs) return { state: 'running', text };
    if (at.canary) return { state: 'waiting', text: 'for a new version' };
  }
  return { state: status.state, text };
}

/**
 * Says how far the way has come: after the first stop that stands still, a stop is `running` or
 * `notReached`, unless it has trouble of its own.
 */
export function placeStops(stops: Stop[], behind: boolean): ChainStop[] {
  const runs = stops.some(stop => stop.runs);
  let stopped = false;
  return stops.map(stop => {
    const stands = CAN_STAND.includes(stop.status.state);
    const trouble = stands && stop.status.state !== 'waiting';
    const said = stopped && !trouble ? beyond(stop) : within(stop, behind);
    // Trouble with new images holds nothing up while the newest one that is known runs.
    const harmless = runs && !behind && /^(Image|Automation)$/.test(stop.label);
    stopped ||= stands && !harmless;
    return { label: stop.label, ...said, resourceId: stop.at.id };
  });
}
