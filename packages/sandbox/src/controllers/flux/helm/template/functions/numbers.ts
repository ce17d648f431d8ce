import { FunctionError } from '../errors';
import { Value } from '../values';
import { define } from './define';

/** A value as an int64, as generously as Helm reads one: what is not a number is 0. */
export function toInt(value: Value): bigint {
  switch (typeof value) {
    case 'bigint':
      return value;
    case 'number':
      return Number.isFinite(value) ? BigInt(Math.trunc(value)) : 0n;
    case 'boolean':
      return value ? 1n : 0n;
    case 'string': {
      const text = value.replace(/\.0*$/, '');
      const match = /^([+-]?)(0[xXoObB][0-9a-fA-F]+|0[0-7]*|[1-9][0-9]*)$/.exec(
        text,
      );
      if (!match) {
        return 0n;
      }
      const digits = /^0[0-7]+$/.test(match[2])
        ? `0o${match[2].slice(1)}`
        : match[2];
      try {
        return BigInt(digits) * (match[1] === '-' ? -1n : 1n);
      } catch {
        return 0n;
      }
    }
    default:
      return 0n;
  }
}

function toFloat(value: Value): number {
  if (typeof value === 'string') {
    return /^[+-]?[0-9.]+([eE][+-]?[0-9]+)?$/.test(value)
      ? Number(value) || 0
      : 0;
  }
  return typeof value === 'object' ? 0 : Number(value ?? 0);
}

function divided(operation: (a: bigint, b: bigint) => bigint) {
  return (a: Value, b: Value) => {
    if (toInt(b) === 0n) {
      throw new FunctionError('runtime error: integer divide by zero');
    }
    return operation(toInt(a), toInt(b));
  };
}

function round(value: Value, precision: bigint, threshold = 0.5): number {
  const scale = 10 ** Number(precision);
  const scaled = toFloat(value) * scale;
  const whole = Math.trunc(scaled);
  return (
    (Math.abs(scaled - whole) >= threshold
      ? whole + Math.sign(scaled)
      : whole) / scale
  );
}

const largest = (a: bigint, b: bigint) => (a > b ? a : b);
const smallest = (a: bigint, b: bigint) => (a < b ? a : b);

function range(start: bigint, end: bigint, step: bigint): bigint[] {
  const size = step === 0n ? 0 : Number((end - start) / step);
  const exact = step !== 0n && start + BigInt(Math.max(0, size)) * step === end;
  return Array.from(
    { length: Math.max(0, exact ? size : size + 1) },
    (_, at) => start + BigInt(at) * step,
  );
}

/** sprig's functions for numbers. */
export const numbers = define({
  int: ['a', toInt],
  int64: ['a', toInt],
  float64: ['a', toFloat],
  atoi: ['s', toInt],
  toDecimal: [
    'a',
    (value: Value) => {
      const octal = /^[0-7]+$/.exec(String(value));
      return octal ? BigInt(`0o${octal[0]}`) : 0n;
    },
  ],
  add: [
    '*a',
    (...values: Value[]) =>
      values.reduce<bigint>((sum, value) => sum + toInt(value), 0n),
  ],
  add1: ['a', (value: Value) => toInt(value) + 1n],
  sub: ['aa', (a: Value, b: Value) => toInt(a) - toInt(b)],
  mul: [
    'a*a',
    (...values: Value[]) => values.map(toInt).reduce((a, b) => a * b),
  ],
  div: ['aa', divided((a, b) => a / b)],
  mod: ['aa', divided((a, b) => a % b)],
  max: ['a*a', (...values: Value[]) => values.map(toInt).reduce(largest)],
  biggest: ['a*a', (...values: Value[]) => values.map(toInt).reduce(largest)],
  min: ['a*a', (...values: Value[]) => values.map(toInt).reduce(smallest)],
  addf: [
    '*a',
    (...values: Value[]) => values.map(toFloat).reduce((a, b) => a + b, 0),
  ],
  subf: [
    'a*a',
    (...values: Value[]) => values.map(toFloat).reduce((a, b) => a - b),
  ],
  mulf: [
    'a*a',
    (...values: Value[]) => values.map(toFloat).reduce((a, b) => a * b),
  ],
  divf: [
    'a*a',
    (...values: Value[]) => values.map(toFloat).reduce((a, b) => a / b),
  ],
  maxf: ['a*a', (...values: Value[]) => Math.max(...values.map(toFloat))],
  minf: ['a*a', (...values: Value[]) => Math.min(...values.map(toFloat))],
  floor: ['a', (value: Value) => Math.floor(toFloat(value))],
  ceil: ['a', (value: Value) => Math.ceil(toFloat(value))],
  round: ['ai*a', round],
  until: ['i', (end: bigint) => range(0n, end, end < 0n ? -1n : 1n)],
  untilStep: ['iii', range],
});
