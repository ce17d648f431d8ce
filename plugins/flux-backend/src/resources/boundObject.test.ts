import { boundObject } from './boundObject';

const MAX = 256 * 1024;
const metadata = { name: 'orders', namespace: 'shop' };

describe('boundObject', () => {
  it('leaves what can be shown as it is', () => {
    const object = { kind: 'Kustomization', metadata, spec: { a: ['x'] } };
    expect(boundObject(object)).toEqual({ object, truncated: false });
  });

  it('cuts the long lists and texts of what is too large, and says so', () => {
    const { object, truncated } = boundObject({
      metadata,
      spec: { text: 'x'.repeat(MAX), short: 'kept' },
      status: { list: Array.from({ length: 50_000 }, (_, i) => i) },
    });
    expect(truncated).toBe(true);
    expect(object).toMatchObject({
      metadata,
      spec: {
        text: expect.stringMatching(/^x{16384}… \(245760 more characters\)$/),
        short: 'kept',
      },
    });
    const { list } = object.status as { list: unknown[] };
    expect(list).toHaveLength(1001);
    expect(list.at(-1)).toBe('… (49000 more)');
  });

  it.each([
    ['many members', Object.fromEntries(entries(100_000, 'x'))],
    ['many long members', Object.fromEntries(entries(300, 'x'.repeat(5_000)))],
    ['lists of lists', nested(6)],
  ])('bounds %s', (_, spec) => {
    const { object, truncated } = boundObject({
      apiVersion: 'v1',
      kind: 'Kustomization',
      metadata,
      spec: spec as object,
    });
    expect(truncated).toBe(true);
    expect(JSON.stringify(object).length).toBeLessThanOrEqual(MAX);
    expect(object).toMatchObject({ kind: 'Kustomization', metadata });
  });
});

function entries(count: number, value: string): [string, string][] {
  return Array.from({ length: count }, (_, i) => [`key-${i}`, value]);
}

function nested(depth: number): unknown {
  return depth ? Array.from({ length: 11 }, () => nested(depth - 1)) : 'x';
}
