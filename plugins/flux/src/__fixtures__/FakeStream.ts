import { EntityViewEvent } from '../api';

/** A stream that a test holds the other end of. */
export class FakeStream {
  readonly entityRefs: string[];
  readonly etags: string[];
  readonly #signal: AbortSignal;
  readonly #queue: EntityViewEvent[] = [];
  #ended = false;
  #error?: Error;
  #wake = () => {};

  constructor(options: {
    entityRefs: string[];
    etags: string[];
    signal: AbortSignal;
  }) {
    this.entityRefs = options.entityRefs;
    this.etags = options.etags;
    this.#signal = options.signal;
    this.#signal.addEventListener('abort', () => this.#wake());
  }

  get isOpen(): boolean {
    return !this.#ended && !this.#signal.aborted;
  }

  send(event: EntityViewEvent) {
    this.#queue.push(event);
    this.#wake();
  }

  /** Ends it as the backend does, or breaks it. */
  end(error?: Error) {
    this.#ended = true;
    this.#error = error;
    this.#wake();
  }

  async *events(): AsyncGenerator<EntityViewEvent> {
    while (this.isOpen || this.#queue.length > 0) {
      yield* this.#queue.splice(0);
      if (this.isOpen) {
        await new Promise<void>(resolve => {
          this.#wake = resolve;
        });
      }
    }
    if (this.#signal.aborted) {
      throw new DOMException('The user aborted a request.', 'AbortError');
    }
    if (this.#error) {
      throw this.#error;
    }
  }
}
