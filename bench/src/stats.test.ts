import { percentile, summarize } from './stats';

describe('percentiles', () => {
  const hundred = Array.from({ length: 100 }, (_, i) => 100 - i);

  it.each([
    [0.5, 50],
    [0.95, 95],
    [1, 100],
    [0, 1],
  ])('takes the nearest rank at %p', (share, expected) => {
    expect(percentile(hundred, share)).toBe(expected);
  });

  it('is one of the samples, however few there are', () => {
    expect(percentile([7], 0.95)).toBe(7);
    expect(percentile([3, 9], 0.5)).toBe(3);
    expect(percentile([3, 9], 0.51)).toBe(9);
  });

  it('leaves the samples in their order', () => {
    const samples = [3, 1, 2];
    expect(summarize(samples)).toEqual({ count: 3, p50: 2, p95: 3, max: 3 });
    expect(samples).toEqual([3, 1, 2]);
  });

  it('refuses to make up a number', () => {
    expect(() => percentile([], 0.5)).toThrow('no samples');
  });
});
