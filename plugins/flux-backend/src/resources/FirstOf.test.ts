import fc from 'fast-check';
import { FirstOf } from './FirstOf';

describe('FirstOf', () => {
  it('gives what sorting all and cutting would', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: -50, max: 50 }), { maxLength: 300 }),
        fc.integer({ min: 1, max: 20 }),
        (numbers, count) => {
          const first = new FirstOf<number>(count, (a, b) => a - b);
          numbers.forEach(number => first.add(number));
          const sorted = [...numbers].sort((a, b) => a - b);
          expect(first.items()).toEqual(sorted.slice(0, count));
        },
      ),
    );
  });
});
