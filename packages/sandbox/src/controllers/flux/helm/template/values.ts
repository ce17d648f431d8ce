import { FunctionError } from './errors';

/**
 * What a template works with: JSON, where a number is Go's float64 as in Helm, and a bigint is an
 * int. What has methods in Go is a MethodObject.
 */
export type Value = unknown;

/** An object with methods, e.g. `.Files`; its fields are what `range` goes through. */
export class MethodObject {
  constructor(
    readonly fields: Record<string, Value>,
    readonly methods: Record<string, (...args: any[]) => Value>,
    /** What is printed for it as a whole. */
    readonly text?: string,
  ) {}
}

export function isMap(value: Value): value is Record<string, Value> {
  return (
    typeof value === 'object' &&
    value !== null &&
    !Array.isArray(value) &&
    !(value instanceof MethodObject)
  );
}

export const isNil = (value: Value): value is null | undefined =>
  value === null || value === undefined;

/** Go's name of the type of a value. */
export function typeOf(value: Value): string {
  switch (typeof value) {
    case 'string':
      return 'string';
    case 'boolean':
      return 'bool';
    case 'bigint':
      return 'int';
    case 'number':
      return 'float64';
    default:
      if (isNil(value)) {
        return '<nil>';
      }
      return Array.isArray(value)
        ? '[]interface {}'
        : 'map[string]interface {}';
  }
}

/** Go's kind of a value. */
export function kindOf(value: Value): string {
  if (isNil(value)) {
    return 'invalid';
  }
  if (Array.isArray(value)) {
    return 'slice';
  }
  return typeof value === 'object' ? 'map' : typeOf(value);
}

/** Whether `if` takes the value for true. */
export function isTrue(value: Value): boolean {
  if (Array.isArray(value)) {
    return value.length > 0;
  }
  return isMap(value) ? Object.keys(value).length > 0 : Boolean(value);
}

/** The entries that `range` goes through in a map: by key. */
export function sortedEntries(map: object): [string, Value][] {
  return Object.entries(map).sort(([a], [b]) => (a < b ? -1 : 1));
}

/** A float64 as Go's `%v` writes it: 2, 0.5, 1e+06. */
export function formatFloat(value: number): string {
  if (!Number.isFinite(value)) {
    return Number.isNaN(value) ? 'NaN' : `${value > 0 ? '+' : '-'}Inf`;
  }
  const [digits, exponent] = value.toExponential().split('e');
  const power = Number(exponent);
  if (power < -4 || power >= 6) {
    const sign = power < 0 ? '-' : '+';
    return `${digits}e${sign}${String(Math.abs(power)).padStart(2, '0')}`;
  }
  const plain = Object.is(value, -0) ? '-0' : String(value);
  return plain.includes('e')
    ? value.toFixed(-power + digits.length - 2)
    : plain;
}

/** A value as Go's `%v` writes it. */
export function print(value: Value): string {
  switch (typeof value) {
    case 'string':
      return value;
    case 'number':
      return formatFloat(value);
    case 'object':
      if (value === null) {
        return '<nil>';
      }
      if (Array.isArray(value)) {
        return `[${value.map(print).join(' ')}]`;
      }
      if (value instanceof MethodObject) {
        return value.text ?? print(value.fields);
      }
      return `map[${sortedEntries(value)
        .map(([key, item]) => `${key}:${print(item)}`)
        .join(' ')}]`;
    default:
      return value === undefined ? '<nil>' : String(value);
  }
}

function basicKind(value: Value): string {
  const kind = kindOf(value);
  if (kind === 'map' || kind === 'slice') {
    throw new FunctionError(
      `non-comparable type ${print(value)}: ${typeOf(value)}`,
    );
  }
  return kind;
}

/** `eq` of two values. */
export function isEqual(a: Value, b: Value): boolean {
  if (isNil(a) || isNil(b)) {
    return isNil(a) && isNil(b);
  }
  if (basicKind(a) !== basicKind(b)) {
    throw new FunctionError(
      `incompatible types for comparison: ${typeOf(a)} and ${typeOf(b)}`,
    );
  }
  return a === b;
}

/** `lt` of two values. */
export function isLess(a: Value, b: Value): boolean {
  const kind = basicKind(a);
  if (kind === 'bool' || kind === 'invalid' || basicKind(b) === 'invalid') {
    throw new FunctionError('invalid type for comparison');
  }
  if (kind !== basicKind(b)) {
    throw new FunctionError(
      `incompatible types for comparison: ${typeOf(a)} and ${typeOf(b)}`,
    );
  }
  return (a as any) < (b as any);
}
