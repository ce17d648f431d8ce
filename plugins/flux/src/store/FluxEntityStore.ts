import { FluxEntityView } from '@backstage-flux/plugin-flux-common';
import { EntityFeed, OpenEntityFeed } from './EntityFeed';

/** How current the view of a snapshot is. */
export type Freshness = 'loading' | 'live' | 'reconnecting' | 'stale';

/** What components know of an entity at one moment. */
export interface FluxEntitySnapshot {
  /** The last view that arrived; kept when later looks fail. */
  view?: FluxEntityView;
  freshness: Freshness;
  /** Why the last look failed; cleared by the next that succeeds. */
  error?: Error;
  /** Epoch milliseconds of the last answer. */
  asOf?: number;
}

// One lost answer is a hiccup; people are told that data is old when it stays lost.
const FAILURES_UNTIL_STALE = 3;

/**
 * Holds what is known of one entity, for all components that show it. The feed runs while somebody
 * subscribes; the last view stays, so that going from the card to the tab shows it at once.
 */
export class FluxEntityStore {
  readonly #feed: EntityFeed;
  readonly #listeners = new Set<() => void>();
  #open?: OpenEntityFeed;
  #failures = 0;
  #snapshot: FluxEntitySnapshot = { freshness: 'loading' };

  constructor(feed: EntityFeed) {
    this.#feed = feed;
  }

  readonly getSnapshot = (): FluxEntitySnapshot => this.#snapshot;

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    this.#open ??= this.#openFeed();
    return () => {
      this.#listeners.delete(listener);
      if (this.#listeners.size === 0) {
        this.#open?.close();
        this.#open = undefined;
      }
    };
  };

  readonly refresh = (): void => this.#open?.refresh();

  #openFeed(): OpenEntityFeed {
    return this.#feed.open({
      next: view => this.#answered(view),
      unchanged: () => this.#answered(this.#snapshot.view),
      error: error => {
        this.#failures += 1;
        const freshness =
          this.#failures < FAILURES_UNTIL_STALE ? 'reconnecting' : 'stale';
        this.#set({ ...this.#snapshot, freshness, error });
      },
    });
  }

  #answered(view: FluxEntityView | undefined) {
    const now = Date.now();
    const { freshness, view: last } = this.#snapshot;
    this.#failures = 0;
    if (freshness === 'live' && view === last) {
      // Nothing that is shown changes: remember the time, wake nobody.
      this.#snapshot.asOf = now;
      return;
    }
    this.#set({ view, freshness: 'live', asOf: now });
  }

  #set(snapshot: FluxEntitySnapshot) {
    this.#snapshot = snapshot;
    this.#listeners.forEach(listener => listener());
  }
}
