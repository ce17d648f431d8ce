import { toError } from '@backstage/errors';
import { EntityViewEvent, FluxApi } from '../api';

const FIRST_RETRY_MS = 1_000;
const MAX_RETRY_MS = 30_000;
const MAX_RETRY_WITHOUT_NEED_MS = 300_000;
// The backend says something every 15 seconds
const SILENCE_MS = 40_000;
const STEADY_MS = 10_000;
const SHORT_ONES_UNTIL_DOUBTED = 3;

/** What a {@link StreamConnection} is about, and whom it tells. */
export interface StreamConnectionOptions {
  /** What to ask for, at the time of each try. */
  request: () => { entityRefs: string[]; etags: string[] };
  onEvent: (event: EntityViewEvent) => void;
  /** The stream can be relied on. */
  onUp: () => void;
  /** It ended or could not be opened; the next try comes by itself. */
  onDown: (error: Error | undefined) => void;
  /** Whether there is another way to the views, so that the next try has time. */
  isNeedless: () => boolean;
}

/** Keeps one stream open: opens it again whenever it ends, fails or falls silent. */
export class StreamConnection {
  readonly #api: FluxApi;
  readonly #options: StreamConnectionOptions;
  #attempt?: AbortController;
  #age: 'unheard' | 'young' | 'steady' = 'unheard';
  #up = false;
  /** How many tries in a row have not lasted. */
  #breaks = 0;
  /** How many of those had brought something first. */
  #shortOnes = 0;
  #retry?: ReturnType<typeof setTimeout>;
  #silence?: ReturnType<typeof setTimeout>;
  #steady?: ReturnType<typeof setTimeout>;

  constructor(api: FluxApi, options: StreamConnectionOptions) {
    this.#api = api;
    this.#options = options;
  }

  /** Whether it brings events and, where one after the other broke just then, has lasted. */
  get isUp(): boolean {
    return this.#up;
  }

  /** Opens it now, in place of the one that is open. */
  open() {
    this.close();
    void this.#run();
  }

  close() {
    this.#attempt?.abort();
    this.#attempt = undefined;
    this.#age = 'unheard';
    this.#up = false;
    [this.#retry, this.#silence, this.#steady].forEach(clearTimeout);
  }

  async #run() {
    const attempt = new AbortController();
    this.#attempt = attempt;
    this.#expectWord(attempt);
    try {
      const events = this.#api.streamEntityViews({
        ...this.#options.request(),
        signal: attempt.signal,
      });
      for await (const event of events) {
        if (this.#attempt !== attempt) {
          return;
        }
        this.#expectWord(attempt);
        this.#heard();
        this.#options.onEvent(event);
      }
      this.#broke(attempt, undefined);
    } catch (error) {
      this.#broke(attempt, toError(error));
    }
  }

  #expectWord(attempt: AbortController) {
    clearTimeout(this.#silence);
    this.#silence = setTimeout(
      () => this.#broke(attempt, new Error('the backend has fallen silent')),
      SILENCE_MS,
    );
  }

  #heard() {
    if (this.#age !== 'unheard') {
      return;
    }
    this.#age = 'young';
    if (this.#shortOnes < SHORT_ONES_UNTIL_DOUBTED) {
      this.#rise();
    }
    this.#steady = setTimeout(() => {
      this.#age = 'steady';
      this.#breaks = 0;
      this.#shortOnes = 0;
      this.#rise();
    }, STEADY_MS);
  }

  #rise() {
    if (!this.#up) {
      this.#up = true;
      this.#options.onUp();
    }
  }

  #broke(attempt: AbortController, error: Error | undefined) {
    if (this.#attempt !== attempt) {
      return;
    }
    if (this.#age === 'young') {
      this.#shortOnes += 1;
    }
    this.close();
    const limit = this.#options.isNeedless()
      ? MAX_RETRY_WITHOUT_NEED_MS
      : MAX_RETRY_MS;
    const delay = Math.min(FIRST_RETRY_MS * 2 ** this.#breaks, limit);
    this.#breaks += 1;
    // Viewers who lost the backend together must not come back together
    this.#retry = setTimeout(
      () => this.open(),
      delay * (0.5 + Math.random() / 2),
    );
    this.#options.onDown(error);
  }
}
