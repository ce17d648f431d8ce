import { formatFloat, isNil, print, typeOf, Value } from './values';

const ESCAPES: Record<string, string> = {
  '\x07': '\\a',
  '\b': '\\b',
  '\f': '\\f',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
  '\v': '\\v',
  '"': '\\"',
  '\\': '\\\\',
};

/** A string as Go's `%q` writes it. */
export function quote(value: string): string {
  const inner = [...value].map(character => {
    if (ESCAPES[character]) {
      return ESCAPES[character];
    }
    if (/[\p{L}\p{M}\p{N}\p{P}\p{S} ]/u.test(character)) {
      return character;
    }
    const code = character.codePointAt(0)!;
    if (code < 0x80) {
      return `\\x${code.toString(16).padStart(2, '0')}`;
    }
    return code < 0x10000
      ? `\\u${code.toString(16).padStart(4, '0')}`
      : `\\U${code.toString(16).padStart(8, '0')}`;
  });
  return `"${inner.join('')}"`;
}

function bad(verb: string, value: Value): string {
  return `%!${verb}(${
    isNil(value) ? '<nil>' : `${typeOf(value)}=${print(value)}`
  })`;
}

function integer(verb: string, value: bigint): string {
  switch (verb) {
    case 'd':
      return String(value);
    case 'x':
      return value.toString(16);
    case 'X':
      return value.toString(16).toUpperCase();
    case 'o':
      return value.toString(8);
    case 'b':
      return value.toString(2);
    case 'c':
      return String.fromCodePoint(Number(value));
    case 'q':
      return `'${String.fromCodePoint(Number(value))}'`;
    default:
      return bad(verb, value);
  }
}

function float(verb: string, value: number, precision: number | undefined) {
  switch (verb) {
    case 'f':
    case 'F':
      return value.toFixed(precision ?? 6);
    case 'g':
      return precision === undefined
        ? formatFloat(value)
        : formatFloat(Number(value.toPrecision(precision || 1)));
    case 'e':
      return value
        .toExponential(precision ?? 6)
        .replace(/e([+-])(\d)$/, 'e$10$2');
    default:
      return bad(verb, value);
  }
}

function text(verb: string, value: string, precision: number | undefined) {
  switch (verb) {
    case 's':
      return [...value].slice(0, precision).join('');
    case 'q':
      return quote(value);
    case 'x':
      return Buffer.from(value).toString('hex');
    case 'X':
      return Buffer.from(value).toString('hex').toUpperCase();
    default:
      return bad(verb, value);
  }
}

function format(verb: string, value: Value, precision?: number): string {
  if (verb === 'v') {
    return print(value);
  }
  if (verb === 'T') {
    return typeOf(value);
  }
  switch (typeof value) {
    case 'string':
      return text(verb, value, precision);
    case 'bigint':
      return integer(verb, value);
    case 'number':
      return float(verb, value, precision);
    case 'boolean':
      return verb === 't' ? String(value) : bad(verb, value);
    default:
      if (Array.isArray(value)) {
        return `[${value
          .map(item => format(verb, item, precision))
          .join(' ')}]`;
      }
      return isNil(value) ? bad(verb, value) : print(value);
  }
}

/** Go's Sprintf. */
export function sprintf(pattern: string, values: Value[]): string {
  let used = 0;
  const result = pattern.replace(
    /%([-+# 0]*)(\*|[0-9]+)?(?:\.(\*|[0-9]*))?(.|$)/gsu,
    (_, flags: string, width?: string, precision?: string, verb?: string) => {
      if (verb === '%') {
        return '%';
      }
      if (!verb) {
        return '%!(NOVERB)';
      }
      const size = (given: string | undefined) =>
        given === '*' ? Number(values[used++]) : given && Number(given);
      const wide = size(width) || 0;
      const precise = precision === '' ? 0 : size(precision);
      if (used >= values.length) {
        return `%!${verb}(MISSING)`;
      }
      const value = values[used++];
      let formatted = format(verb, value, precise as number | undefined);
      const isNumber = typeof value === 'bigint' || typeof value === 'number';
      if (flags.includes('+') && isNumber && !formatted.startsWith('-')) {
        formatted = `+${formatted}`;
      }
      if (flags.includes('-')) {
        return formatted.padEnd(wide);
      }
      if (flags.includes('0') && isNumber) {
        const sign = /^[+-]/.exec(formatted)?.[0] ?? '';
        return (
          sign + formatted.slice(sign.length).padStart(wide - sign.length, '0')
        );
      }
      return formatted.padStart(wide);
    },
  );
  const extra = values.slice(used);
  return extra.length === 0
    ? result
    : `${result}%!(EXTRA ${extra
        .map(value =>
          isNil(value) ? '<nil>' : `${typeOf(value)}=${print(value)}`,
        )
        .join(', ')})`;
}
