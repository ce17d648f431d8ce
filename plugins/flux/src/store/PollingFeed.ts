import { toError } from '@backstage/errors';
import { FluxApi } from '../api';
import { EntityFeed, EntityFeedObserver, OpenEntityFeed } from './EntityFeed';
import { pageVisibility } from './pageVisibility';

const INTERVAL_MS = 3_000;
const MAX_BACKOFF_MS = 60_000;

/**
 * Looks every three seconds while the page is visible, with the ETag of what it has, and ever more
 * seldom while it fails. A page that becomes visible again is brought up to date at once.
 */
export class PollingFeed implements EntityFeed {
  readonly #api: FluxApi;
  readonly #entityRef: string;

  constructor(api: FluxApi, entityRef: string) {
    this.#api = api;
    this.#entityRef = entityRef;
  }

  open(observer: EntityFeedObserver): OpenEntityFeed {
    let etag: string | undefined;
    let failures = 0;
    let timer: ReturnType<typeof setTimeout> | undefined;
    let running: AbortController | undefined;

    const stop = () => {
      clearTimeout(timer);
      running?.abort();
      running = undefined;
    };

    const look = async () => {
      stop();
      const controller = new AbortController();
      running = controller;
      try {
        const answer = await this.#api.getEntityView(this.#entityRef, {
          etag,
          signal: controller.signal,
        });
        if (controller.signal.aborted) {
          return;
        }
        failures = 0;
        if (answer.changed) {
          etag = answer.etag;
          observer.next(answer.view);
        } else {
          observer.unchanged();
        }
      } catch (error) {
        if (controller.signal.aborted) {
          return;
        }
        failures += 1;
        observer.error(toError(error));
      }
      running = undefined;
      if (pageVisibility.isVisible()) {
        timer = setTimeout(look, delayAfter(failures));
      }
    };

    const unsubscribe = pageVisibility.subscribe(visible => {
      if (visible) {
        void look();
      } else {
        stop();
      }
    });

    void look();

    return {
      refresh: () => void look(),
      close: () => {
        unsubscribe();
        stop();
      },
    };
  }
}

function delayAfter(failures: number): number {
  const delay = Math.min(INTERVAL_MS * 2 ** failures, MAX_BACKOFF_MS);
  // Viewers who lost the backend together must not come back together.
  return failures === 0 ? delay : delay * (0.75 + Math.random() / 2);
}
