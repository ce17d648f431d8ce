import { FluxEntityView } from '@backstage-flux/plugin-flux-common';

/** What a feed tells the store that opened it. */
export interface EntityFeedObserver {
  /** A new view. */
  next(view: FluxEntityView): void;
  /** The backend answered, and the last view is still right. */
  unchanged(): void;
  /** One try failed; the feed goes on by itself. */
  error(error: Error): void;
}

/**
 * Where a store's views come from. Polling is one; a stream is another, and the store, the hook and
 * the components do not see the difference.
 */
export interface EntityFeed {
  open(observer: EntityFeedObserver): OpenEntityFeed;
}

/** A feed that runs. */
export interface OpenEntityFeed {
  /** Asks now instead of when the next look is due. */
  refresh(): void;
  close(): void;
}
