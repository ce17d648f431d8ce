import { commitOf } from '../clusters/ChangeMaker';
import { seenIn } from '../load/Tab';
import { matchChanges } from './matchChanges';

const seen = (number: number, at: number, application = 'orders') => ({
  application,
  number,
  at,
});
const made = (
  number: number,
  at: number,
  application?: string,
  cluster = 0,
) => ({
  ...seen(number, at, application),
  cluster,
});

describe('matchChanges', () => {
  it('counts from the change to the first that shows it, in each tab of the application', () => {
    expect(
      matchChanges(
        [made(1, 100), made(2, 200)],
        [
          [seen(1, 130), seen(1, 180), seen(2, 250)],
          [seen(1, 140), seen(2, 240)],
        ],
        ['orders', 'orders'],
      ),
    ).toEqual({ ms: [30, 50, 40, 40], missing: 0 });
  });

  it('counts a change that was overtaken as arrived with the later one', () => {
    expect(
      matchChanges([made(1, 100), made(2, 200)], [[seen(2, 500)]], ['orders']),
    ).toEqual({ ms: [400, 300], missing: 0 });
  });

  it('takes a later change of another cluster for no sign of it', () => {
    expect(
      matchChanges(
        [made(1, 100), made(2, 200, 'orders', 1)],
        [[seen(2, 230)]],
        ['orders'],
      ),
    ).toEqual({ ms: [30], missing: 1 });
  });

  it('tells of changes that never arrived', () => {
    expect(
      matchChanges([made(1, 100), made(2, 200)], [[seen(1, 120)]], ['orders']),
    ).toEqual({ ms: [20], missing: 1 });
  });

  it('leaves out changes of other applications', () => {
    expect(
      matchChanges([made(1, 100, 'payments')], [[seen(1, 120)]], ['orders']),
    ).toEqual({ ms: [], missing: 0 });
  });
});

describe('what a browser sees', () => {
  it('finds each change once in what it is told', () => {
    const text = JSON.stringify({
      a: `main@sha1:${commitOf(7)}`,
      b: [commitOf(7), commitOf(0xabcdef12)],
      c: 'main@sha1:91eeddd93c4d205fd57e15f339bd5a8626802ff5',
    });
    expect(seenIn('orders', text, 5)).toEqual([
      seen(7, 5),
      seen(0xabcdef12, 5),
    ]);
  });
});
