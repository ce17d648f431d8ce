import type { ResourceStatus } from '../api';
import type { Projection } from '../projection/types';
import type { ProjectionIndex } from '../projectionIndex';
import type { Explanation } from '../words/types';

/**
 * What the status of an object may take into account beside the object itself.
 *
 * @public
 */
export interface StatusContext {
  /** The cluster's other objects: tells a wait for a first image from a failure, a rollout from a pull error. */
  index?: ProjectionIndex;
  /** ISO 8601; the present, for words about time. */
  now?: string;
}

/** A status with the words that it came from, for causes. */
export interface ExplainedStatus extends ResourceStatus {
  explanation?: Explanation;
}

/** Asks for another object's status; answers undefined where that would go round in a circle. */
export type AskStatus = (other: Projection) => ExplainedStatus | undefined;

export interface StatusScope {
  index?: ProjectionIndex;
  now?: string;
  ask: AskStatus;
}
