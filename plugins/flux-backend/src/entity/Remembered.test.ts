import { Remembered } from './Remembered';

describe('what is remembered', () => {
  let ask: jest.Mock<Promise<string>>;
  let remembered: Remembered<string>;
  const get = () => remembered.get('orders', ask);

  beforeEach(() => {
    jest.useFakeTimers();
    ask = jest.fn(async () => 'first');
    remembered = new Remembered({
      refreshAfterMs: 100,
      maxAgeMs: 200,
      maxEntries: 2,
    });
  });

  afterEach(() => jest.useRealTimers());

  it('is not asked for again for a while', async () => {
    await get();
    jest.advanceTimersByTime(99);
    expect(await get()).toBe('first');
    expect(ask).toHaveBeenCalledTimes(1);
  });

  it('is asked for in the background, once, while the old answer is given', async () => {
    await get();
    jest.advanceTimersByTime(150);
    ask.mockResolvedValue('second');
    expect(await Promise.all([get(), get()])).toEqual(['first', 'first']);
    expect(ask).toHaveBeenCalledTimes(2);
    expect(await get()).toBe('second');
  });

  it('is not given when it is too old', async () => {
    await get();
    jest.advanceTimersByTime(201);
    ask.mockRejectedValue(new Error('gone'));
    await expect(get()).rejects.toThrow('gone');
  });

  it('ends with an error that is met in the background', async () => {
    await get();
    jest.advanceTimersByTime(150);
    ask.mockRejectedValue(new Error('not allowed any more'));
    expect(await get()).toBe('first');
    await Promise.resolve();
    await expect(get()).rejects.toThrow('not allowed any more');
  });

  it('is forgotten when too much else was asked for', async () => {
    await get();
    await remembered.get('a', ask);
    await remembered.get('b', ask);
    await get();
    expect(ask).toHaveBeenCalledTimes(4);
  });
});
