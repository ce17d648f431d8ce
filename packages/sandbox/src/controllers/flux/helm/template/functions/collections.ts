import { FunctionError } from '../errors';
import { isMap, isNil, isTrue, kindOf, typeOf, Value } from '../values';
import { define } from './define';
import { textOf } from './strings';

type GoMap = Record<string, Value>;

function listOf(value: Value, name: string): Value[] {
  if (Array.isArray(value)) {
    return value;
  }
  throw new FunctionError(
    isNil(value)
      ? `Cannot ${name} on type invalid`
      : `Cannot find ${name} on type ${kindOf(value)}`,
  );
}

/** Puts into a map without touching what every object has, e.g. `__proto__`. */
function put(map: GoMap, key: string, value: Value): void {
  Object.defineProperty(map, key, {
    value,
    enumerable: true,
    configurable: true,
    writable: true,
  });
}

function dict(...values: Value[]): GoMap {
  const result: GoMap = {};
  for (let i = 0; i < values.length; i += 2) {
    put(result, textOf(values[i]), i + 1 < values.length ? values[i + 1] : '');
  }
  return result;
}

/** A copy that shares nothing with the value. */
export function deepCopy(value: Value): Value {
  if (Array.isArray(value)) {
    return value.map(deepCopy);
  }
  return isMap(value)
    ? Object.fromEntries(
        Object.entries(value).map(([key, item]) => [key, deepCopy(item)]),
      )
    : value;
}

function mergeInto(target: GoMap, source: GoMap, overwrite: boolean): GoMap {
  for (const [key, value] of Object.entries(source)) {
    const before = Object.hasOwn(target, key) ? target[key] : undefined;
    if (isMap(before) && isMap(value)) {
      mergeInto(before, value, overwrite);
    } else if (overwrite || !isTrue(before)) {
      put(target, key, value);
    }
  }
  return target;
}

function merge(overwrite: boolean) {
  return (target: GoMap, ...sources: GoMap[]) =>
    sources.reduce<GoMap>(
      (result, source) => mergeInto(result, source ?? {}, overwrite),
      target,
    );
}

function isDeepEqual(a: Value, b: Value): boolean {
  if (Array.isArray(a) && Array.isArray(b)) {
    return (
      a.length === b.length && a.every((item, at) => isDeepEqual(item, b[at]))
    );
  }
  if (isMap(a) && isMap(b)) {
    const keys = Object.keys(a);
    return (
      keys.length === Object.keys(b).length &&
      keys.every(key => Object.hasOwn(b, key) && isDeepEqual(a[key], b[key]))
    );
  }
  return a === b || (isNil(a) && isNil(b));
}

function dig(...args: Value[]): Value {
  if (args.length < 3) {
    throw new FunctionError('dig needs at least three arguments');
  }
  const map = args[args.length - 1];
  const fallback = args[args.length - 2];
  let value: Value = map;
  for (const key of args.slice(0, -2)) {
    if (!isMap(value) || !Object.hasOwn(value, textOf(key))) {
      return fallback;
    }
    value = value[textOf(key)];
  }
  return value;
}

function has(needle: Value, list: Value): boolean {
  return isNil(list)
    ? false
    : listOf(list, 'has').some(item => isDeepEqual(item, needle));
}

const uniq = (list: Value[]) =>
  list.filter(
    (item, index) =>
      list.findIndex(other => isDeepEqual(other, item)) === index,
  );

const keysOf = (map: GoMap) => Object.keys(map ?? {}).sort();

function pick(wanted: boolean) {
  return (map: GoMap, ...keys: string[]) =>
    Object.fromEntries(
      Object.entries(map).filter(([key]) => keys.includes(key) === wanted),
    );
}

/** sprig's functions for maps and lists, and for the types of values. */
export const collections = define({
  dict: ['*a', dict],
  get: [
    'ms',
    (map: GoMap, key: string) =>
      Object.hasOwn(map ?? {}, key) ? map[key] : '',
  ],
  set: [
    'msa',
    (map: GoMap, key: string, value: Value) => {
      put(map, key, value);
      return map;
    },
  ],
  unset: [
    'ms',
    (map: GoMap, key: string) => {
      delete map[key];
      return map;
    },
  ],
  hasKey: ['ms', (map: GoMap, key: string) => Object.hasOwn(map ?? {}, key)],
  pluck: [
    's*m',
    (key: string, ...maps: GoMap[]) =>
      maps.filter(map => Object.hasOwn(map ?? {}, key)).map(map => map[key]),
  ],
  dig: ['*a', dig],
  // Go gives keys in any order; sorted is one of them.
  keys: ['*m', (...maps: GoMap[]) => maps.flatMap(keysOf)],
  values: ['m', (map: GoMap) => keysOf(map).map(key => map[key])],
  pick: ['m*s', pick(true)],
  omit: ['m*s', pick(false)],
  merge: ['m*m', merge(false)],
  mustMerge: ['m*m', merge(false)],
  mergeOverwrite: ['m*m', merge(true)],
  mustMergeOverwrite: ['m*m', merge(true)],
  deepCopy: ['a', deepCopy],
  mustDeepCopy: ['a', deepCopy],
  deepEqual: ['aa', isDeepEqual],
  list: ['*a', (...values: Value[]) => values],
  tuple: ['*a', (...values: Value[]) => values],
  first: ['a', (list: Value) => listOf(list, 'first')[0] ?? null],
  last: ['a', (list: Value) => listOf(list, 'last').at(-1) ?? null],
  rest: ['a', (list: Value) => listOf(list, 'rest').slice(1)],
  initial: ['a', (list: Value) => listOf(list, 'initial').slice(0, -1)],
  append: [
    'aa',
    (list: Value, value: Value) => [...listOf(list, 'push'), value],
  ],
  push: ['aa', (list: Value, value: Value) => [...listOf(list, 'push'), value]],
  prepend: [
    'aa',
    (list: Value, value: Value) => [value, ...listOf(list, 'prepend')],
  ],
  concat: [
    '*a',
    (...lists: Value[]) => lists.flatMap(list => listOf(list, 'concat')),
  ],
  reverse: ['a', (list: Value) => [...listOf(list, 'reverse')].reverse()],
  uniq: ['a', (list: Value) => uniq(listOf(list, 'uniq'))],
  without: [
    'a*a',
    (list: Value, ...omit: Value[]) =>
      listOf(list, 'without').filter(item => !has(item, omit)),
  ],
  has: ['aa', has],
  compact: ['a', (list: Value) => listOf(list, 'compact').filter(isTrue)],
  chunk: [
    'ia',
    (size: bigint, list: Value) => {
      const items = listOf(list, 'chunk');
      const step = Math.max(1, Number(size));
      return Array.from({ length: Math.ceil(items.length / step) }, (_, at) =>
        items.slice(at * step, (at + 1) * step),
      );
    },
  ],
  kindOf: ['a', kindOf],
  kindIs: ['sa', (kind: string, value: Value) => kindOf(value) === kind],
  typeOf: ['a', typeOf],
  typeIs: ['sa', (type: string, value: Value) => typeOf(value) === type],
  typeIsLike: [
    'sa',
    (type: string, value: Value) =>
      typeOf(value) === type || `*${typeOf(value)}` === type,
  ],
  empty: ['a', (value: Value) => !isTrue(value)],
  default: [
    'a*a',
    (fallback: Value, ...given: Value[]) =>
      isTrue(given[0]) ? given[0] : fallback,
  ],
  coalesce: ['*a', (...values: Value[]) => values.find(isTrue) ?? null],
  ternary: [
    'aab',
    (yes: Value, no: Value, condition: boolean) => (condition ? yes : no),
  ],
  all: ['*a', (...values: Value[]) => values.every(isTrue)],
  any: ['*a', (...values: Value[]) => values.some(isTrue)],
  fail: [
    's',
    (message: string) => {
      throw new FunctionError(message, { isUserMessage: true });
    },
  ],
  required: [
    'sa',
    (message: string, value: Value) => {
      if (isNil(value) || value === '') {
        throw new FunctionError(message, { isUserMessage: true });
      }
      return value;
    },
  ],
  // Rendering looks at nothing but the chart and its values.
  lookup: ['ssss', () => ({})],
  getHostByName: ['s', () => ''],
});
