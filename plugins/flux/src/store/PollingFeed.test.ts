import { act } from '@testing-library/react';
import { FakeFluxApi, ordersRef, views } from '../__fixtures__';
import { FluxEntityStore } from './FluxEntityStore';
import { PollingFeed } from './PollingFeed';

function setVisible(visible: boolean) {
  jest
    .spyOn(document, 'visibilityState', 'get')
    .mockReturnValue(visible ? 'visible' : 'hidden');
  document.dispatchEvent(new Event('visibilitychange'));
}

async function pass(ms: number) {
  await act(async () => {
    await jest.advanceTimersByTimeAsync(ms);
  });
}

describe('an entity’s store over the polling feed', () => {
  let api: FakeFluxApi;
  let store: FluxEntityStore;
  let unsubscribe: () => void;
  const woken = jest.fn();

  beforeEach(() => {
    jest.useFakeTimers();
    woken.mockClear();
    api = new FakeFluxApi(views.failing());
    store = new FluxEntityStore(new PollingFeed(api, ordersRef));
    unsubscribe = store.subscribe(woken);
  });

  afterEach(() => {
    unsubscribe();
    jest.restoreAllMocks();
    jest.useRealTimers();
  });

  it('sends the ETag of what it has, and wakes nobody when nothing changed', async () => {
    await pass(0);
    expect(store.getSnapshot()).toMatchObject({
      freshness: 'live',
      view: { entityRef: ordersRef },
    });
    await pass(6_100);
    expect(api.looks).toEqual([
      { etag: undefined, changed: true },
      { etag: '"1"', changed: false },
      { etag: '"1"', changed: false },
    ]);
    expect(woken).toHaveBeenCalledTimes(1);
    api.show(views.upToDate());
    await pass(3_100);
    expect(store.getSnapshot().view?.status.state).toBe('upToDate');
  });

  it('rests while the page is hidden, and looks at once when it is back', async () => {
    await pass(0);
    setVisible(false);
    await pass(60_000);
    expect(api.looks).toHaveLength(1);
    setVisible(true);
    await pass(0);
    expect(api.looks).toHaveLength(2);
  });

  it('keeps the last view while looks fail, ever more seldom, and comes back', async () => {
    await pass(0);
    const getEntityView = jest.spyOn(api, 'getEntityView');
    api.failure = new Error('gone');
    await pass(3_000);
    expect(store.getSnapshot()).toMatchObject({
      freshness: 'reconnecting',
      error: { message: 'gone' },
      view: { entityRef: ordersRef },
    });
    await pass(60_000);
    expect(store.getSnapshot().freshness).toBe('stale');
    expect(getEntityView.mock.calls.length).toBeLessThan(6);
    api.failure = undefined;
    store.refresh();
    await pass(0);
    expect(store.getSnapshot()).toMatchObject({ freshness: 'live' });
    expect(store.getSnapshot().error).toBeUndefined();
  });

  it('stops, and aborts what is on its way, when nobody is interested any more', async () => {
    await pass(0);
    let signal: AbortSignal | undefined;
    jest.spyOn(api, 'getEntityView').mockImplementation((_ref, options) => {
      signal = (options as { signal: AbortSignal }).signal;
      return new Promise(() => {});
    });
    await pass(3_000);
    expect(signal?.aborted).toBe(false);
    unsubscribe();
    expect(signal?.aborted).toBe(true);
  });

  it('is one feed for all who look at the entity', async () => {
    const second = store.subscribe(() => {});
    await pass(3_000);
    expect(api.looks).toHaveLength(2);
    second();
    await pass(3_000);
    expect(api.looks).toHaveLength(3);
  });
});
