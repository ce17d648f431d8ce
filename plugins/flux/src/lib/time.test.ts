import { formatAgo, formatClock, formatIn } from './time';
import { TranslationFunction } from './translate';

const words: Record<string, string> = {
  'time.seconds': '{{n}} s',
  'time.minutes': '{{n}} min',
  'time.hours': '{{n}} h',
  'time.days': '{{n}} d',
  'time.ago': '{{duration}} ago',
  'time.in': 'in {{duration}}',
  'time.now': 'just now',
};
const t = ((key: string, options: Record<string, string> = {}) =>
  words[key].replace(
    /{{(\w+)}}/g,
    (_, name) => options[name],
  )) as TranslationFunction;

const now = Date.parse('2026-11-22T12:03:00Z');
const iso = (secondsAgo: number) =>
  new Date(now - secondsAgo * 1000).toISOString();

describe('times', () => {
  it.each([
    [-30, 'just now'],
    [0, 'just now'],
    [4, 'just now'],
    [40, '40 s ago'],
    [59, '59 s ago'],
    [60, '1 min ago'],
    [12 * 60, '12 min ago'],
    [59.6 * 60, '1 h ago'],
    [2 * 3600, '2 h ago'],
    [47 * 3600, '47 h ago'],
    [48 * 3600, '2 d ago'],
    [34 * 86400, '34 d ago'],
  ])('%s seconds are said as “%s”', (seconds, text) => {
    expect(formatAgo(iso(seconds), now, t)).toBe(text);
  });

  it.each([
    [-20, 'in 20 s'],
    [-90, 'in 2 min'],
    [5, 'just now'],
  ])('%s seconds from then are said as “%s”', (seconds, text) => {
    expect(formatIn(iso(seconds), now, t)).toBe(text);
  });

  it('says the clock in hours and minutes', () => {
    expect(formatClock(new Date(2026, 10, 22, 9, 3).toISOString())).toBe(
      '09:03',
    );
  });
});
