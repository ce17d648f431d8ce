import { BrowserContext, expect, Page, test } from '@playwright/test';
import {
  expectHeadline,
  fluxView,
  openFluxTab,
  signIn,
} from '../support/backstage';
import { patch } from '../support/kubernetes';
import { seconds, world } from '../support/world';

const app = 'orders';
const streams = '**/api/flux/stream?**';

test.beforeEach(async ({ page }) => {
  await setSuspended(false);
  await signIn(page);
});

test.afterEach(() => setSuspended(false));

test('one stream at a time brings what is shown, and nothing polls', async ({
  page,
}) => {
  const flux = new FluxRequests(page);
  await page.goto(`/catalog/default/component/${app}`);
  const card = page.getByRole('region', { name: 'Flux', exact: true });
  await expect(card.getByText('Up to date').first()).toBeVisible({
    timeout: seconds(90),
  });
  expect(flux.streams).toEqual({ opened: 1, open: 1 });

  await card.getByRole('link', { name: 'Details' }).click();
  await expectLive(page);
  // Where the tab comes soon enough after the card, it takes over the card's stream
  await expect.poll(() => flux.streams.open).toBe(1);
  expect(flux.streams.opened).toBeLessThanOrEqual(2);

  await page.reload();
  await expectLive(page);
  await expect.poll(() => flux.streams.open).toBe(1);
  const { opened } = flux.streams;
  expect(opened).toBeLessThanOrEqual(3);

  await expectHeadline(page, 'Up to date');
  await setSuspended(true);
  await expectHeadline(page, 'Suspended');
  await setSuspended(false);
  await expectHeadline(page, 'Up to date');
  await expectLive(page);
  expect(flux.streams).toEqual({ opened, open: 1 });
  expect(flux.looks).toBe(0);
});

test('a hidden page asks for nothing, and knows what it missed when it is seen again', async ({
  page,
}) => {
  const flux = new FluxRequests(page);
  await openFluxTab(page, app);
  await expectLive(page);
  await expectHeadline(page, 'Up to date');

  await setVisibility(page, 'hidden');
  await expect.poll(() => flux.streams).toEqual({ opened: 1, open: 0 });
  await setSuspended(true);
  await expect.poll(stateByApi, { timeout: seconds(30) }).toBe('suspended');
  await expectHeadline(page, 'Up to date');
  expect(flux.streams).toEqual({ opened: 1, open: 0 });

  await setVisibility(page, 'visible');
  await expectHeadline(page, 'Suspended');
  await expectLive(page);
  expect(flux.streams).toEqual({ opened: 2, open: 1 });
  expect(flux.looks).toBe(0);
});

test('without a network the last view stays, and it comes back by itself', async ({
  page,
  context,
}) => {
  await openFluxTab(page, app);
  await expectLive(page);
  await offline(context, async () => {
    await expect(mark(page, 'Reconnecting…')).toBeVisible();
    await expectHeadline(page, 'Up to date');
    await expect(mark(page, /^As of \d\d:\d\d/)).toBeVisible({
      timeout: seconds(60),
    });
    await expectHeadline(page, 'Up to date');
    await setSuspended(true);
    await expect.poll(stateByApi, { timeout: seconds(30) }).toBe('suspended');
  });
  await expectLive(page);
  await expectHeadline(page, 'Suspended');
});

test('where streams fail it polls, until they work', async ({ page }) => {
  await page.route(streams, route => route.abort());
  const flux = new FluxRequests(page);
  await openFluxTab(page, app);
  await expect(mark(page, 'Updates every 30 s')).toBeVisible();
  await expectHeadline(page, 'Up to date');
  expect(flux.looks).toBeGreaterThan(0);

  await setSuspended(true);
  await expect.poll(stateByApi, { timeout: seconds(30) }).toBe('suspended');
  await mark(page, 'Updates every 30 s').click();
  await expectHeadline(page, 'Suspended');
  await expect(mark(page, 'Updates every 30 s')).toBeVisible();

  await page.unroute(streams);
  // Each try that fails makes the next one wait longer
  await expectLive(page, seconds(60));
  await setSuspended(false);
  await expectHeadline(page, 'Up to date');
});

/** What a page asks the flux backend for, from when it is made. */
class FluxRequests {
  /** How often a view was asked for by itself. */
  looks = 0;
  #opened = 0;
  #ended = 0;

  constructor(page: Page) {
    const isStream = (url: string) => url.includes('/api/flux/stream');
    page.on('request', request => {
      this.#opened += isStream(request.url()) ? 1 : 0;
      this.looks += request.url().includes('/api/flux/entities/') ? 1 : 0;
    });
    for (const end of ['requestfinished', 'requestfailed'] as const) {
      page.on(end as 'requestfinished', request => {
        this.#ended += isStream(request.url()) ? 1 : 0;
      });
    }
  }

  get streams(): { opened: number; open: number } {
    return { opened: this.#opened, open: this.#opened - this.#ended };
  }
}

/** The mark of the tab, which is a button wherever it says something other than “Live”. */
function mark(page: Page, name: string | RegExp) {
  return page.getByRole('button', { name });
}

async function expectLive(page: Page, timeout = seconds(30)): Promise<void> {
  await expect(page.getByText(/^Live · \d/)).toBeVisible({ timeout });
}

/** As somebody does it with kubectl: Backstage is told nothing. */
async function setSuspended(suspend: boolean): Promise<void> {
  await patch('Kustomization', app, app, { spec: { suspend } });
}

async function stateByApi(): Promise<string | undefined> {
  const { clusters } = await fluxView(app);
  return clusters.find(({ name }) => name === world().cluster)?.status.state;
}

async function setVisibility(
  page: Page,
  state: DocumentVisibilityState,
): Promise<void> {
  await page.evaluate(value => {
    Object.defineProperty(document, 'visibilityState', {
      configurable: true,
      value,
    });
    document.dispatchEvent(new Event('visibilitychange'));
  }, state);
}

async function offline(
  context: BrowserContext,
  during: () => Promise<void>,
): Promise<void> {
  await context.setOffline(true);
  try {
    await during();
  } finally {
    await context.setOffline(false);
  }
}
