import { NotAllowedError, NotFoundError } from '@backstage/errors';
import { FakeFluxApi, ordersRef, views } from '../__fixtures__';
import { FluxEntityStore } from './FluxEntityStore';
import { FluxStream } from './FluxStream';

const redisRef = 'component:default/redis';
const etag = (version: number, ref = ordersRef) => `"${ref}-${version}"`;

const pass = (ms: number) => jest.advanceTimersByTimeAsync(ms);

async function setVisible(visible: boolean) {
  jest
    .spyOn(document, 'visibilityState', 'get')
    .mockReturnValue(visible ? 'visible' : 'hidden');
  document.dispatchEvent(new Event('visibilitychange'));
  await pass(0);
}

/** Until components that came together are asked for. */
const settle = () => pass(100);

describe('the stream of a page', () => {
  let api: FakeFluxApi;
  let stream: FluxStream;
  let orders: FluxEntityStore;
  const stops: (() => void)[] = [];
  const woken = jest.fn();
  const freshness = () => orders.getSnapshot().freshness;

  function show(ref: string, listener = () => {}) {
    const store = stream.storeOf(ref);
    const stop = store.subscribe(listener);
    stops.push(stop);
    return stop;
  }

  beforeEach(async () => {
    jest.useFakeTimers();
    woken.mockClear();
    api = new FakeFluxApi(views.failing());
    stream = new FluxStream(api);
    orders = stream.storeOf(ordersRef);
    show(ordersRef, woken);
    await settle();
  });

  afterEach(() => {
    stops.splice(0).forEach(stop => stop());
    jest.restoreAllMocks();
    jest.useRealTimers();
  });

  it('brings the view and each change of it, and nothing is polled', async () => {
    expect(orders.getSnapshot()).toMatchObject({
      freshness: 'live',
      view: { status: { state: 'failing' } },
    });
    api.show(views.upToDate());
    await pass(0);
    expect(orders.getSnapshot().view?.status.state).toBe('upToDate');
    expect(api.streams).toHaveLength(1);
    expect(api.looks).toEqual([]);
  });

  it('is one for all that is shown, and is opened again with what is there when more comes', async () => {
    show(ordersRef);
    show(redisRef);
    show('component:default/mail');
    await settle();
    expect(api.openStreams).toHaveLength(1);
    expect(api.streams).toHaveLength(2);
    expect(api.streams[1]).toMatchObject({
      entityRefs: [ordersRef, redisRef, 'component:default/mail'],
      etags: [etag(1)],
    });
    expect(stream.storeOf(redisRef).getSnapshot().freshness).toBe('live');
    expect(freshness()).toBe('live');
  });

  it('stays open when one component takes over from another', async () => {
    stops.splice(0).forEach(stop => stop());
    show(ordersRef);
    await settle();
    expect(api.streams).toHaveLength(1);
    expect(api.openStreams).toHaveLength(1);
  });

  it('is closed when nobody is interested any more', async () => {
    stops.splice(0).forEach(stop => stop());
    await settle();
    expect(api.openStreams).toEqual([]);
    await pass(120_000);
    expect(api.streams).toHaveLength(1);
    expect(api.looks).toEqual([]);
  });

  it('is closed while the page is hidden, and brings what was missed', async () => {
    await setVisible(false);
    expect(api.openStreams).toEqual([]);
    api.show(views.upToDate());
    await pass(600_000);
    expect(api.streams).toHaveLength(1);
    expect(api.looks).toEqual([]);
    await setVisible(true);
    expect(api.streams[1].etags).toEqual([etag(1)]);
    expect(orders.getSnapshot()).toMatchObject({
      freshness: 'live',
      view: { status: { state: 'upToDate' } },
    });
  });

  it('is not opened by a page that comes up hidden', async () => {
    await setVisible(false);
    show(redisRef);
    await pass(60_000);
    expect(api.streams).toHaveLength(1);
    await setVisible(true);
    expect(api.streams[1].entityRefs).toEqual([ordersRef, redisRef]);
  });

  it('comes back without a flicker when the backend ends it', async () => {
    const { view } = orders.getSnapshot();
    woken.mockClear();
    api.endStreams();
    await pass(1_500);
    expect(api.streams).toHaveLength(2);
    expect(api.streams[1].etags).toEqual([etag(1)]);
    expect(orders.getSnapshot()).toMatchObject({ freshness: 'live', view });
    expect(woken).not.toHaveBeenCalled();
    expect(api.looks).toEqual([]);
  });

  it('is given up when it is silent, and kept while there are signs of life', async () => {
    for (let i = 0; i < 8; i++) {
      await pass(15_000);
      api.streams[0].send({ type: 'alive' });
    }
    await pass(15_000);
    expect(api.streams).toHaveLength(1);
    expect(freshness()).toBe('live');
    await pass(27_000);
    expect(api.streams[0].isOpen).toBe(false);
    expect(api.streams).toHaveLength(2);
    expect(freshness()).toBe('live');
  });

  it('says that it reconnects, and later as of when, while nothing answers', async () => {
    const { view } = orders.getSnapshot();
    api.streams[0].send({ type: 'alive' });
    await pass(0);
    const lastHeard = Date.now();
    await pass(5_000);
    api.failure = new Error('gone');
    api.streams[0].end(new Error('network error'));
    await pass(1_900);
    expect(freshness()).toBe('live');
    await pass(1_000);
    expect(orders.getSnapshot()).toMatchObject({
      freshness: 'reconnecting',
      view,
      error: { message: 'gone' },
    });
    await pass(300_000);
    expect(orders.getSnapshot()).toMatchObject({
      freshness: 'stale',
      view,
      asOf: lastHeard,
    });
    const tries = api.streams.length;
    await pass(300_000);
    expect(api.streams.length - tries).toBeGreaterThanOrEqual(9);
    expect(api.streams.length - tries).toBeLessThanOrEqual(21);
    api.failure = undefined;
    await pass(30_000);
    expect(orders.getSnapshot()).toMatchObject({ freshness: 'live', view });
    expect(orders.getSnapshot().error).toBeUndefined();
  });

  it('does not let all viewers come back together', async () => {
    const returns = new Set<number>();
    for (const random of [0, 0.5, 0.99]) {
      jest.spyOn(Math, 'random').mockReturnValue(random);
      api.endStreams();
      const before = Date.now();
      const tries = api.streams.length;
      while (api.streams.length === tries) {
        await pass(50);
      }
      returns.add(Date.now() - before);
      await pass(20_000);
    }
    expect(returns.size).toBe(3);
  });

  it.each(['online', 'offline'])('looks again at once: %s', async event => {
    api.failure = new Error('gone');
    api.endStreams();
    await pass(120_000);
    const tries = api.streams.length;
    api.failure = undefined;
    window.dispatchEvent(new Event(event));
    await pass(0);
    expect(api.streams).toHaveLength(tries + 1);
    expect(freshness()).toBe('live');
  });

  it('asks again at once when told to', async () => {
    api.failure = new Error('gone');
    api.endStreams();
    await pass(120_000);
    api.failure = undefined;
    api.show(views.upToDate());
    orders.refresh();
    await pass(0);
    expect(orders.getSnapshot()).toMatchObject({
      freshness: 'live',
      view: { status: { state: 'upToDate' } },
    });
  });

  describe('beside it', () => {
    it('one question after an action brings its effect, and a failed one does no harm', async () => {
      orders.refresh();
      await pass(0);
      expect(api.looks).toEqual([{ etag: etag(1), changed: false }]);
      jest.spyOn(api, 'getEntityView').mockRejectedValue(new Error('busy'));
      orders.refresh();
      await pass(0);
      expect(freshness()).toBe('live');
      expect(orders.getSnapshot().error).toBeUndefined();
    });

    it('an answer that was overtaken is dropped', async () => {
      let answer = (_: object) => {};
      jest.spyOn(api, 'getEntityView').mockReturnValue(
        new Promise<never>(resolve => {
          answer = resolve as typeof answer;
        }),
      );
      orders.refresh();
      api.show(views.upToDate());
      await pass(0);
      answer({ changed: true, view: views.failing(), etag: '"old"' });
      await pass(0);
      expect(orders.getSnapshot().view?.status.state).toBe('upToDate');
    });
  });

  describe('where something holds it back', () => {
    beforeEach(async () => {
      stops.splice(0).forEach(stop => stop());
      await settle();
      api = new FakeFluxApi(views.failing());
      api.holdsStreamsBack = true;
      stream = new FluxStream(api);
      orders = stream.storeOf(ordersRef);
      show(ordersRef, woken);
      await pass(3_500);
    });

    it('polls with ETags, wakes nobody when nothing changed, and tries the stream ever more seldom', async () => {
      expect(orders.getSnapshot()).toMatchObject({
        freshness: 'polling',
        view: { status: { state: 'failing' } },
      });
      woken.mockClear();
      await pass(70_000);
      expect(api.looks.slice(0, 3)).toEqual([
        { etag: undefined, changed: true },
        { etag: etag(1), changed: false },
        { etag: etag(1), changed: false },
      ]);
      expect(woken).not.toHaveBeenCalled();
      api.show(views.upToDate());
      await pass(35_000);
      expect(orders.getSnapshot()).toMatchObject({
        freshness: 'polling',
        view: { status: { state: 'upToDate' } },
      });
      await pass(3_600_000);
      const tries = api.streams.length;
      await pass(3_600_000);
      expect(api.streams.length - tries).toBeLessThan(25);
      expect(api.streams.length - tries).toBeGreaterThan(5);
      expect(freshness()).toBe('polling');
    });

    it('goes back to the stream by itself, and polls no more', async () => {
      api.holdsStreamsBack = false;
      await pass(60_000);
      expect(freshness()).toBe('live');
      const { length } = api.looks;
      await pass(35_000);
      expect(api.looks).toHaveLength(length);
    });

    it('rests while the page is hidden, and says the same when it is back', async () => {
      await setVisible(false);
      const { length } = api.looks;
      await pass(300_000);
      expect(api.looks).toHaveLength(length);
      api.show(views.upToDate());
      await setVisible(true);
      expect(orders.getSnapshot()).toMatchObject({
        freshness: 'polling',
        view: { status: { state: 'upToDate' } },
      });
      await pass(3_000);
      expect(freshness()).toBe('polling');
    });

    it('asks at once for what comes onto the page', async () => {
      show(redisRef);
      await pass(0);
      expect(stream.storeOf(redisRef).getSnapshot()).toMatchObject({
        freshness: 'polling',
        view: { entityRef: ordersRef },
      });
    });

    it('says that it reconnects when polls fail too, and aborts them when nobody looks', async () => {
      let signal: AbortSignal | undefined;
      jest
        .spyOn(api, 'getEntityView')
        .mockRejectedValueOnce(new Error('gone'))
        .mockImplementation((_ref, options) => {
          signal = options?.signal;
          return new Promise(() => {});
        });
      await pass(37_000);
      expect(freshness()).toBe('reconnecting');
      await pass(35_000);
      expect(freshness()).toBe('stale');
      expect(signal?.aborted).toBe(false);
      stops.splice(0).forEach(stop => stop());
      expect(signal?.aborted).toBe(true);
    });
  });

  it('polls where the stream breaks again and again, until it lasts', async () => {
    const seen = new Set<string>();
    stream.storeOf(ordersRef).subscribe(() => seen.add(freshness()));
    for (let i = 0; i < 8; i++) {
      while (api.openStreams.length === 0) {
        await pass(100);
      }
      if (i > 4) {
        seen.add(freshness());
      }
      api.endStreams();
      await pass(0);
      if (i === 4) {
        seen.clear();
      }
    }
    expect([...seen]).toEqual(['polling']);
    while (api.openStreams.length === 0) {
      await pass(100);
    }
    expect(freshness()).toBe('polling');
    await pass(12_000);
    expect(freshness()).toBe('live');
  });

  it('drops what the reader may not see any more, and shows it when he may again', async () => {
    api.refusal = new NotAllowedError('Ask the owner');
    api.show(views.upToDate());
    await pass(0);
    expect(orders.getSnapshot().view).toBeUndefined();
    expect(orders.getSnapshot().error).toMatchObject({
      name: 'NotAllowedError',
    });
    api.refusal = undefined;
    api.show(views.upToDate());
    await pass(0);
    expect(orders.getSnapshot()).toMatchObject({
      freshness: 'live',
      view: { status: { state: 'upToDate' } },
    });
    expect(orders.getSnapshot().error).toBeUndefined();
  });

  it('keeps what it has of an entity that fails, and says as of when', async () => {
    api.refusal = new NotFoundError('No such entity');
    api.show(views.upToDate());
    await pass(0);
    expect(orders.getSnapshot()).toMatchObject({
      freshness: 'stale',
      view: { status: { state: 'failing' } },
      error: { message: 'No such entity' },
      asOf: Date.now(),
    });
    expect(api.openStreams).toHaveLength(1);
  });

  it('tells at once what is the matter when there is nothing to show', async () => {
    api.failure = new Error('the cache is not ready');
    show(redisRef);
    await settle();
    expect(stream.storeOf(redisRef).getSnapshot()).toMatchObject({
      error: { message: 'the cache is not ready' },
    });
    api.failure = undefined;
    await pass(10_000);
    expect(stream.storeOf(redisRef).getSnapshot()).toMatchObject({
      freshness: 'live',
      view: { entityRef: ordersRef },
    });
  });
});
