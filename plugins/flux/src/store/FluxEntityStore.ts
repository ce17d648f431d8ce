import { FluxEntityView } from '@backstage-flux/plugin-flux-common';
import { isForbidden } from '../lib/errors';

/**
 * How current the view of a snapshot is: pushed as it changes, asked for again and again, on its way
 * back, or old.
 */
export type Freshness =
  | 'loading'
  | 'live'
  | 'polling'
  | 'reconnecting'
  | 'stale';

/** What components know of an entity at one moment. */
export interface FluxEntitySnapshot {
  /** The last view that arrived; kept when later looks fail. */
  view?: FluxEntityView;
  freshness: Freshness;
  /** Why nothing newer is known. */
  error?: Error;
  /** Epoch milliseconds of when the view was last known to be right, while it is not live. */
  asOf?: number;
}

/** What keeps the entities of the page current. */
export interface EntityUpdates {
  add(store: FluxEntityStore): void;
  remove(store: FluxEntityStore): void;
  /** Brings one up to date now. */
  refresh(store: FluxEntityStore): void;
}

// A server that restarts or a token that ends is over sooner, and nobody needs to know
const RECONNECTING_AFTER_MS = 2_000;
const STALE_AFTER_MS = 30_000;

/**
 * Holds what is known of one entity, for all components that show it. It is kept current while
 * somebody subscribes; the last view stays, so that going from the card to the tab shows it at once.
 */
export class FluxEntityStore {
  readonly entityRef: string;
  readonly #updates: EntityUpdates;
  readonly #listeners = new Set<() => void>();
  #snapshot: FluxEntitySnapshot = { freshness: 'loading' };
  #etag?: string;
  #outage: ReturnType<typeof setTimeout>[] = [];

  constructor(entityRef: string, updates: EntityUpdates) {
    this.entityRef = entityRef;
    this.#updates = updates;
  }

  readonly getSnapshot = (): FluxEntitySnapshot => this.#snapshot;

  readonly subscribe = (listener: () => void): (() => void) => {
    if (this.#listeners.size === 0) {
      this.#updates.add(this);
    }
    this.#listeners.add(listener);
    return () => {
      this.#listeners.delete(listener);
      if (this.#listeners.size === 0) {
        this.#updates.remove(this);
        this.#endOutage();
      }
    };
  };

  readonly refresh = (): void => this.#updates.refresh(this);

  /** ETag of the view. */
  get etag(): string | undefined {
    return this.#etag;
  }

  /** A view arrived. */
  show(view: FluxEntityView, etag: string | undefined) {
    if (etag && etag === this.#etag) {
      return;
    }
    this.#etag = etag;
    const { freshness } = this.#snapshot;
    this.#set({
      view,
      freshness: freshness === 'loading' ? 'live' : freshness,
      asOf: Date.now(),
    });
  }

  /** The view is right, and its next change will be known. */
  confirm(freshness: 'live' | 'polling') {
    this.#endOutage();
    const { view } = this.#snapshot;
    if (view) {
      this.#set({ view, freshness, asOf: Date.now() });
    }
  }

  /** The backend has no view for this reader. */
  refuse(error: Error) {
    this.#endOutage();
    const { view, freshness, asOf } = this.#snapshot;
    if (isForbidden(error)) {
      // What was permitted before must not stay on the screen
      this.#etag = undefined;
      this.#set({ freshness: 'stale', error });
    } else {
      this.#set({
        view,
        freshness: 'stale',
        error,
        asOf: freshness === 'live' ? Date.now() : asOf,
      });
    }
  }

  /** The backend can't be heard; `asOf` is when it last was, where that is known better. */
  lose(error?: Error, asOf?: number) {
    const snapshot = this.#snapshot;
    const known = this.#outage.length > 0 || snapshot.freshness === 'stale';
    this.#set({
      ...snapshot,
      error: error ?? snapshot.error,
      asOf: known ? snapshot.asOf : asOf ?? snapshot.asOf,
    });
    if (!known) {
      this.#outage = [
        setTimeout(() => this.#turn('reconnecting'), RECONNECTING_AFTER_MS),
        setTimeout(() => this.#turn('stale'), STALE_AFTER_MS),
      ];
    }
  }

  #turn(freshness: Freshness) {
    this.#set({ ...this.#snapshot, freshness });
  }

  #endOutage() {
    this.#outage.forEach(clearTimeout);
    this.#outage = [];
  }

  #set(snapshot: FluxEntitySnapshot) {
    const { view, freshness, error } = this.#snapshot;
    if (
      view === snapshot.view &&
      freshness === snapshot.freshness &&
      error === snapshot.error
    ) {
      // Nothing that is shown changes: remember the time, wake nobody
      this.#snapshot.asOf = snapshot.asOf;
      return;
    }
    this.#snapshot = snapshot;
    this.#listeners.forEach(listener => listener());
  }
}
