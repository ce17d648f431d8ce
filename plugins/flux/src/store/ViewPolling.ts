import { toError } from '@backstage/errors';
import { FluxApi } from '../api';
import { FluxEntityStore } from './FluxEntityStore';

const INTERVAL_MS = 30_000;

/** Asks for views one by one: once after an action, and again and again where streams fail. */
export class ViewPolling {
  readonly #api: FluxApi;
  readonly #stores: ReadonlySet<FluxEntityStore>;
  readonly #onAnswer: (store: FluxEntityStore) => void;
  readonly #onFailure: (store: FluxEntityStore, error: Error) => void;
  readonly #asked = new Map<FluxEntityStore, AbortController>();
  #timer?: ReturnType<typeof setTimeout>;
  #answered = false;

  /** @param options - `stores`: whom to ask for, at the time of each round */
  constructor(
    api: FluxApi,
    options: {
      stores: ReadonlySet<FluxEntityStore>;
      onAnswer: (store: FluxEntityStore) => void;
      onFailure: (store: FluxEntityStore, error: Error) => void;
    },
  ) {
    this.#api = api;
    this.#stores = options.stores;
    this.#onAnswer = options.onAnswer;
    this.#onFailure = options.onFailure;
  }

  get isRunning(): boolean {
    return this.#timer !== undefined;
  }

  /** Whether it runs and gets answers. */
  get isAnswered(): boolean {
    return this.isRunning && this.#answered;
  }

  /** Asks for all, now and every thirty seconds. */
  start() {
    clearTimeout(this.#timer);
    this.#stores.forEach(store => void this.ask(store));
    // Viewers who lost the backend together must not come back together
    this.#timer = setTimeout(
      () => this.start(),
      INTERVAL_MS * (0.9 + Math.random() / 5),
    );
  }

  /** Asks for nothing more, and drops what is on its way. */
  stop() {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#answered = false;
    this.#asked.forEach(each => each.abort());
    this.#asked.clear();
  }

  /** Drops what is on its way for one. */
  forget(store: FluxEntityStore) {
    this.#asked.get(store)?.abort();
    this.#asked.delete(store);
  }

  /** Asks for one now. */
  async ask(store: FluxEntityStore): Promise<void> {
    this.forget(store);
    const { etag } = store;
    const controller = new AbortController();
    this.#asked.set(store, controller);
    const { signal } = controller;
    try {
      const answer = await this.#api.getEntityView(store.entityRef, {
        etag,
        signal,
      });
      if (signal.aborted) {
        return;
      }
      this.#asked.delete(store);
      this.#answered = true;
      // What a stream brought meanwhile is newer
      if (answer.changed && store.etag === etag) {
        store.show(answer.view, answer.etag);
      }
      this.#onAnswer(store);
    } catch (error) {
      if (signal.aborted) {
        return;
      }
      this.#asked.delete(store);
      this.#answered = false;
      this.#onFailure(store, toError(error));
    }
  }
}
