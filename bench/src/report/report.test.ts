import { number, table } from './table';
import { between } from './updateDocs';

describe('tables', () => {
  it('have numbers to the right and leave out what was not measured', () => {
    expect(
      table(
        ['side', 'ms'],
        [
          ['ours', 2.345],
          ['baseline', undefined],
        ],
      ),
    ).toBe(
      [
        '| side | ms |',
        '| --- | --: |',
        '| ours | 2.3 |',
        '| baseline |  |',
      ].join('\n'),
    );
  });

  it.each([
    [0.1234, '0.12'],
    [2.345, '2.3'],
    [23.45, '23'],
    [50000, '50,000'],
    [3, '3'],
    [-0.5, '-0.50'],
  ])('write %p as %p', (value, text) => {
    expect(number(value)).toBe(text);
  });
});

describe('the page', () => {
  const page = 'a\n<!-- bench:views -->old<!-- /bench:views -->\nb';

  it('gets the tables between their markers, again and again', () => {
    const once = between(page, 'views', 'new');
    expect(once).toBe(
      'a\n<!-- bench:views -->\n\nnew\n\n<!-- /bench:views -->\nb',
    );
    expect(between(once, 'views', 'new')).toBe(once);
  });

  it('stays as it is without them', () => {
    expect(between(page, 'tabs', 'new')).toBe(page);
  });
});
