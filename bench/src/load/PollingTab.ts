import { now } from '../clusters/ChangeMaker';
import { HttpClient } from './HttpClient';
import { SeenChange, seenIn, Tab, TabOptions } from './Tab';

export const POLL_MS = 10_000;

/**
 * The kinds of the five cards of @weaveworksoss/backstage-plugin-flux, one a card. Its versions are those of
 * older Flux, which Flux 2.9 doesn't serve any more; here they are those that the clusters serve.
 * https://github.com/weaveworks/weaveworks-backstage/blob/main/plugins/backstage-plugin-flux/src/hooks/query.ts
 */
const CARDS = [
  { group: 'helm.toolkit.fluxcd.io', apiVersion: 'v2', plural: 'helmreleases' },
  {
    group: 'source.toolkit.fluxcd.io',
    apiVersion: 'v1',
    plural: 'gitrepositories',
  },
  {
    group: 'source.toolkit.fluxcd.io',
    apiVersion: 'v1',
    plural: 'ocirepositories',
  },
  {
    group: 'source.toolkit.fluxcd.io',
    apiVersion: 'v1',
    plural: 'helmrepositories',
  },
  {
    group: 'kustomize.toolkit.fluxcd.io',
    apiVersion: 'v1',
    plural: 'kustomizations',
  },
];

/**
 * A browser's tab with the cards of a published Flux plugin, each with `useCustomResources` of the
 * Kubernetes plugin: every ten seconds the list of clusters, for their auth providers, then the query. A card
 * whose answer is still awaited leaves out a poll.
 */
export class PollingTab implements Tab {
  readonly seen: SeenChange[] = [];
  bytes = 0;
  /** Polls of single cards that were answered, and left out. */
  answered = 0;
  leftOut = 0;
  readonly #client: HttpClient;
  readonly #options: TabOptions;
  readonly #closing = new AbortController();
  readonly #timers: NodeJS.Timeout[] = [];

  constructor(options: TabOptions) {
    this.#options = options;
    this.#client = new HttpClient(options.baseUrl);
  }

  async open() {
    for (const card of CARDS) {
      let waiting = false;
      const poll = async () => {
        if (waiting) {
          this.leftOut += 1;
          return;
        }
        waiting = true;
        try {
          await this.#watchCard(card);
        } finally {
          waiting = false;
        }
      };
      this.#timers.push(setInterval(() => void poll(), POLL_MS));
      void poll();
    }
  }

  close() {
    this.#timers.forEach(timer => clearInterval(timer));
    this.#closing.abort();
    this.#client.close();
  }

  /** All cards once, as a tab does when it opens; resolves when the last one has its answer. */
  async pollOnce(signal?: AbortSignal): Promise<{ ms: number; bytes: number }> {
    const started = performance.now();
    const polls = await Promise.all(
      CARDS.map(card => this.#poll(card, signal)),
    );
    return {
      ms: performance.now() - started,
      bytes: polls.reduce((sum, { bytes }) => sum + bytes, 0),
    };
  }

  async #watchCard(card: (typeof CARDS)[number]) {
    try {
      const { bytes, answer } = await this.#poll(card, this.#closing.signal);
      this.answered += 1;
      this.bytes += bytes;
      const text = await answer.text();
      JSON.parse(text);
      this.seen.push(...seenIn(this.#options.application, text, now()));
    } catch (error) {
      if (!this.#closing.signal.aborted) {
        throw error;
      }
    }
  }

  async #poll(card: (typeof CARDS)[number], signal?: AbortSignal) {
    const { token, application } = this.#options;
    const clusters = await this.#client.get('/api/kubernetes/clusters', {
      token,
      signal,
    });
    const answer = await this.#client.get(
      '/api/kubernetes/resources/custom/query',
      {
        method: 'POST',
        token,
        signal,
        body: {
          entityRef: `component:default/${application}`,
          auth: {},
          customResources: [card],
        },
      },
    );
    return { bytes: clusters.bytes + answer.bytes, answer };
  }
}
