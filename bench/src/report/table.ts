/** A Markdown table; numbers are to the right. */
export function table(
  head: string[],
  rows: (string | number | undefined)[][],
): string {
  const cells = rows.map(row => row.map(text));
  const numeric = head.map((_, i) =>
    rows.every(row => row[i] === undefined || typeof row[i] === 'number'),
  );
  return [
    line(head),
    line(numeric.map(right => (right ? '--:' : '---'))),
    ...cells.map(line),
  ].join('\n');
}

function line(cells: string[]): string {
  return `| ${cells.join(' | ')} |`;
}

function text(cell: string | number | undefined): string {
  if (cell === undefined) {
    return '';
  }
  return typeof cell === 'number' ? number(cell) : cell;
}

function fractionDigits(size: number): number {
  return size >= 1 ? 1 : 2;
}

/** As many digits as mean something. */
export function number(value: number): string {
  const size = Math.abs(value);
  const whole = size >= 20 || Number.isInteger(value);
  const digits = whole ? 0 : fractionDigits(size);
  return value.toLocaleString('en', {
    minimumFractionDigits: digits,
    maximumFractionDigits: digits,
  });
}
