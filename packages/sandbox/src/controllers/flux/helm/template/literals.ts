const ESCAPES: Record<string, string> = {
  a: '\x07',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
  '\\': '\\',
  "'": "'",
  '"': '"',
};

/** The text of a Go string literal, in quotes or backticks. */
export function unquote(literal: string): string {
  const inner = literal.slice(1, -1);
  return literal.startsWith('`')
    ? inner.replace(/\r/g, '')
    : inner.replace(
        /\\(x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|[0-7]{3}|.)/g,
        (_, escape: string) => {
          if (/^[xuU]./.test(escape)) {
            return String.fromCodePoint(parseInt(escape.slice(1), 16));
          }
          return /^[0-7]{3}$/.test(escape)
            ? String.fromCodePoint(parseInt(escape, 8))
            : ESCAPES[escape] ?? escape;
        },
      );
}

/** A number as Go reads it: a bigint is an int, a number a float64. */
export function numberOf(literal: string): bigint | number | undefined {
  if (literal.startsWith("'")) {
    return BigInt(unquote(literal).codePointAt(0)!);
  }
  const text = literal.replace(/_/g, '');
  const negative = text.startsWith('-');
  const digits = text.replace(/^[+-]/, '');
  const octal = /^0[0-7]+$/.test(digits);
  if (/^(0[xXoObB].+|[0-9]+)$/.test(digits)) {
    try {
      const value = BigInt(octal ? `0o${digits.slice(1)}` : digits);
      return negative ? -value : value;
    } catch {
      return undefined;
    }
  }
  const value = Number(text);
  return Number.isNaN(value) ? undefined : value;
}
