import { createParser } from 'eventsource-parser';
import { now } from '../clusters/ChangeMaker';
import { HttpClient } from './HttpClient';
import { SeenChange, seenIn, Tab, TabOptions } from './Tab';

/** A browser's tab with our page: one stream that tells the view and each change of it. */
export class FluxTab implements Tab {
  readonly seen: SeenChange[] = [];
  bytes = 0;
  views = 0;
  firstViewMs?: number;
  readonly #client: HttpClient;
  readonly #options: TabOptions;
  readonly #closing = new AbortController();

  constructor(options: TabOptions) {
    this.#options = options;
    this.#client = new HttpClient(options.baseUrl);
  }

  async open() {
    const { application, token } = this.#options;
    const started = performance.now();
    const entity = encodeURIComponent(`component:default/${application}`);
    const response = await this.#client.open(
      `/api/flux/stream?entity=${entity}`,
      {
        token,
        headers: { accept: 'text/event-stream' },
        signal: this.#closing.signal,
      },
    );
    if (response.statusCode !== 200) {
      throw new Error(`The stream answered ${response.statusCode}`);
    }
    const parser = createParser({
      onEvent: ({ event, data }) => {
        // As in the browser, it counts when it has been parsed
        const parsed = JSON.parse(data);
        const at = now();
        if (event === 'failed') {
          throw new Error(`The stream failed: ${data}`);
        }
        if (event === 'view' && parsed.view) {
          this.views += 1;
          this.firstViewMs ??= performance.now() - started;
          this.seen.push(...seenIn(application, data, at));
        }
      },
    });
    response.setEncoding('utf8');
    response.on('data', chunk => parser.feed(chunk));
    response.on('error', () => {});
    const { socket } = response;
    response.on('data', () => {
      this.bytes = socket.bytesRead;
    });
  }

  close() {
    this.#closing.abort();
    this.#client.close();
  }
}
