import { EntityViewEvent, FluxApi } from '../api';
import { isForbidden, isRefusal } from '../lib/errors';
import { EntityUpdates, FluxEntityStore } from './FluxEntityStore';
import { pageNetwork } from './pageNetwork';
import { pageVisibility } from './pageVisibility';
import { StreamConnection } from './StreamConnection';
import { ViewPolling } from './ViewPolling';

// Components of one page come and go together
const SETTLE_MS = 20;
const POLL_AFTER_MS = 3_000;

/**
 * Keeps current what the components of this browser tab show, over one stream for all of it, which
 * is open only while the page can be seen. Where streams fail, e.g. behind a proxy that holds them
 * back, it polls, and goes on trying the stream ever more seldom.
 */
export class FluxStream implements EntityUpdates {
  readonly #stores = new Map<string, FluxEntityStore>();
  readonly #shown = new Set<FluxEntityStore>();
  readonly #connection: StreamConnection;
  readonly #polling: ViewPolling;
  /** Those of which this page knows that they are right as long as the backend is heard. */
  readonly #followed = new Set<FluxEntityStore>();
  #heardAt?: number;
  #asked = '';
  #streamsFail = false;
  #settling?: ReturnType<typeof setTimeout>;
  #pollSoon?: ReturnType<typeof setTimeout>;
  #stopListening?: () => void;

  constructor(api: FluxApi) {
    this.#connection = new StreamConnection(api, {
      request: () => ({
        entityRefs: [...this.#shown].map(each => each.entityRef),
        etags: [...this.#shown].flatMap(each => each.etag ?? []),
      }),
      onEvent: event => this.#take(event),
      onUp: () => this.#up(),
      onDown: error => this.#down(error),
      isNeedless: () => this.#polling.isAnswered,
    });
    this.#polling = new ViewPolling(api, {
      stores: this.#shown,
      onAnswer: store => this.#polled(store),
      onFailure: (store, error) => this.#pollFailed(store, error),
    });
  }

  /** The store of an entity; the same for all who ask. */
  storeOf(entityRef: string): FluxEntityStore {
    let store = this.#stores.get(entityRef);
    if (!store) {
      store = new FluxEntityStore(entityRef, this);
      this.#stores.set(entityRef, store);
    }
    return store;
  }

  add(store: FluxEntityStore) {
    this.#shown.add(store);
    if (this.#polling.isRunning) {
      void this.#polling.ask(store);
    }
    this.#settleSoon();
  }

  remove(store: FluxEntityStore) {
    this.#miss(store);
    this.#shown.delete(store);
    this.#followed.delete(store);
    this.#polling.forget(store);
    this.#settleSoon();
  }

  refresh(store: FluxEntityStore) {
    void this.#polling.ask(store);
    if (!this.#connection.isUp) {
      this.#open();
    }
  }

  #settleSoon() {
    this.#settling ??= setTimeout(() => {
      this.#settling = undefined;
      this.#settle();
    }, SETTLE_MS);
  }

  #settle() {
    if (this.#shown.size === 0) {
      this.#stopListening?.();
      this.#stopListening = undefined;
      this.#rest();
      return;
    }
    this.#stopListening ??= this.#listen();
    if (this.#asked !== this.#keyOfShown()) {
      this.#open();
    }
  }

  #listen(): () => void {
    const stops = [
      pageVisibility.subscribe(visible => {
        if (!visible) {
          this.#rest();
        } else {
          this.#open();
        }
      }),
      pageNetwork.subscribe(() => this.#open()),
    ];
    return () => stops.forEach(stop => stop());
  }

  #keyOfShown(): string {
    return [...this.#shown]
      .map(each => each.entityRef)
      .sort()
      .join(',');
  }

  #open() {
    if (!pageVisibility.isVisible() || this.#shown.size === 0) {
      return;
    }
    this.#asked = this.#keyOfShown();
    this.#await();
    this.#connection.open();
  }

  /** Asks for nothing until there is somebody to see it. */
  #rest() {
    clearTimeout(this.#pollSoon);
    this.#pollSoon = undefined;
    this.#asked = '';
    this.#connection.close();
    this.#polling.stop();
  }

  /** Until the stream brings something, it is missed. */
  #await(error?: Error) {
    if (this.#polling.isRunning) {
      return;
    }
    if (this.#streamsFail) {
      this.#polling.start();
      return;
    }
    this.#shown.forEach(store => this.#miss(store, error));
    this.#pollSoon ??= setTimeout(() => this.#polling.start(), POLL_AFTER_MS);
  }

  #miss(store: FluxEntityStore, error?: Error) {
    // Of a view that never came, polling tells why
    const { view } = store.getSnapshot();
    store.lose(
      view && error,
      this.#followed.has(store) ? this.#heardAt : undefined,
    );
  }

  #take(event: EntityViewEvent) {
    this.#heardAt = Date.now();
    if (event.type === 'alive') {
      return;
    }
    const store = this.#stores.get(event.entityRef);
    if (!store || !this.#shown.has(store)) {
      return;
    }
    if (event.type === 'failed') {
      store.refuse(event.error);
      return;
    }
    if (event.type === 'view') {
      store.show(event.view, event.etag);
    }
    this.#confirm(store);
  }

  #polled(store: FluxEntityStore) {
    if (this.#polling.isRunning) {
      this.#streamsFail = true;
      this.#heardAt = Date.now();
    }
    this.#confirm(store);
  }

  #pollFailed(store: FluxEntityStore, error: Error) {
    const { view } = store.getSnapshot();
    if (view && this.#connection.isUp && !isForbidden(error)) {
      // The stream brings the next view all the same
      return;
    }
    if (isRefusal(error)) {
      store.refuse(error);
    } else {
      store.lose(error);
    }
  }

  #confirm(store: FluxEntityStore) {
    if (this.#connection.isUp) {
      store.confirm('live');
    } else if (this.#polling.isRunning) {
      store.confirm('polling');
    } else {
      return;
    }
    this.#followed.add(store);
  }

  #up() {
    clearTimeout(this.#pollSoon);
    this.#pollSoon = undefined;
    this.#streamsFail = false;
    this.#polling.stop();
    for (const store of this.#shown) {
      if (store.getSnapshot().freshness === 'polling') {
        store.confirm('live');
      }
    }
  }

  #down(error: Error | undefined) {
    this.#await(error);
    for (const store of this.#shown) {
      // Whoever sees nothing yet shall not wait for a stream
      if (!store.getSnapshot().view && !this.#polling.isRunning) {
        void this.#polling.ask(store);
      }
    }
  }
}
