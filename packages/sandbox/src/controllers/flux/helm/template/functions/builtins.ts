import { FunctionError } from '../errors';
import { sprintf } from '../printf';
import {
  isEqual,
  isLess,
  isMap,
  isNil,
  isTrue,
  print,
  typeOf,
  Value,
} from '../values';
import { define } from './define';

function element(collection: Value, key: Value): Value {
  if (isNil(collection)) {
    throw new FunctionError('index of nil pointer');
  }
  if (isMap(collection)) {
    if (typeof key !== 'string') {
      throw new FunctionError(
        isNil(key)
          ? 'value is nil; should be of type string'
          : `value has type ${typeOf(key)}; should be string`,
      );
    }
    return Object.hasOwn(collection, key) ? collection[key] : null;
  }
  if (typeof collection !== 'string' && !Array.isArray(collection)) {
    throw new FunctionError(`can't index item of type ${typeOf(collection)}`);
  }
  if (typeof key !== 'bigint') {
    throw new FunctionError(
      isNil(key)
        ? 'cannot index slice/array with nil'
        : `cannot index slice/array with type ${typeOf(key)}`,
    );
  }
  const items =
    typeof collection === 'string'
      ? [...Buffer.from(collection)].map(BigInt)
      : collection;
  if (key < 0n || key >= items.length) {
    throw new FunctionError(`index out of range: ${key}`);
  }
  return items[Number(key)];
}

function slice(collection: Value, ...bounds: bigint[]): Value {
  if (typeof collection !== 'string' && !Array.isArray(collection)) {
    throw new FunctionError(`can't slice item of type ${typeOf(collection)}`);
  }
  const [from = 0n, to = BigInt(collection.length)] = bounds;
  const wrong = [from, to].find(at => at < 0n || at > collection.length);
  if (wrong !== undefined) {
    throw new FunctionError(`index out of range: ${wrong}`);
  }
  return collection.slice(Number(from), Number(to));
}

function length(value: Value): bigint {
  if (typeof value === 'string') {
    return BigInt(Buffer.byteLength(value));
  }
  if (Array.isArray(value)) {
    return BigInt(value.length);
  }
  if (isMap(value)) {
    return BigInt(Object.keys(value).length);
  }
  throw new FunctionError(
    isNil(value) ? 'len of nil pointer' : `len of type ${typeOf(value)}`,
  );
}

/** Go's Sprint: a space between operands of which neither is a string. */
function sprint(values: Value[]): string {
  return values
    .map((value, index) => {
      const apart =
        index > 0 &&
        typeof value !== 'string' &&
        typeof values[index - 1] !== 'string';
      return (apart ? ' ' : '') + print(value);
    })
    .join('');
}

const HTML: Record<string, string> = {
  '"': '&#34;',
  "'": '&#39;',
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '\0': '\ufffd',
};

/** The functions of text/template itself; `and` and `or` are part of the evaluation. */
export const builtins = define({
  and: ['a*a', () => null],
  or: ['a*a', () => null],
  not: ['a', (value: Value) => !isTrue(value)],
  len: ['a', length],
  index: [
    'a*a',
    (value: Value, ...keys: Value[]) => keys.reduce(element, value),
  ],
  slice: ['a*i', slice],
  print: ['*a', (...values: Value[]) => sprint(values)],
  println: ['*a', (...values: Value[]) => `${values.map(print).join(' ')}\n`],
  printf: [
    's*a',
    (pattern: string, ...values: Value[]) => sprintf(pattern, values),
  ],
  html: [
    '*a',
    (...values: Value[]) =>
      sprint(values).replace(/["'&<>\0]/g, character => HTML[character]),
  ],
  urlquery: [
    '*a',
    (...values: Value[]) =>
      encodeURIComponent(sprint(values))
        .replace(/%20/g, '+')
        .replace(
          /[!'()*]/g,
          c => `%${c.charCodeAt(0).toString(16).toUpperCase()}`,
        ),
  ],
  eq: [
    'aa*a',
    (value: Value, ...others: Value[]) =>
      others.some(other => isEqual(value, other)),
  ],
  ne: ['aa', (a: Value, b: Value) => !isEqual(a, b)],
  lt: ['aa', isLess],
  le: ['aa', (a: Value, b: Value) => isLess(a, b) || isEqual(a, b)],
  gt: ['aa', (a: Value, b: Value) => !isLess(a, b) && !isEqual(a, b)],
  ge: ['aa', (a: Value, b: Value) => !isLess(a, b)],
});
