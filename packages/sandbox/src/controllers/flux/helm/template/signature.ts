import { isNil, MethodObject, typeOf, Value } from './values';

/**
 * The parameters of a function, one letter each, as strict as Go is with them: `s` string, `i` int,
 * `b` bool, `m` map, `l` list, `a` anything. After a `*`, the last one may come any number of times.
 */
export type Signature = string;

const TYPES: Record<string, { name: string; fits(value: Value): boolean }> = {
  s: { name: 'string', fits: value => typeof value === 'string' },
  i: { name: 'int', fits: value => typeof value === 'bigint' },
  b: { name: 'bool', fits: value => typeof value === 'boolean' },
  m: {
    name: 'map[string]interface {}',
    fits: value =>
      typeof value === 'object' &&
      !Array.isArray(value) &&
      !(value instanceof MethodObject),
  },
  l: {
    name: '[]interface {}',
    fits: value => isNil(value) || Array.isArray(value),
  },
};

function split(signature: Signature): [fixed: string, rest: string] {
  const [fixed, rest = ''] = signature.split('*');
  return [fixed, rest];
}

/** What is wrong with the number of arguments. */
export function checkCount(
  signature: Signature,
  given: number,
): string | undefined {
  const [fixed, rest] = split(signature);
  if (given < fixed.length || (given > fixed.length && !rest)) {
    return `want ${rest ? 'at least ' : ''}${fixed.length} got ${given}`;
  }
  return undefined;
}

/** What is wrong with one argument. */
export function checkArgument(
  signature: Signature,
  index: number,
  value: Value,
  from: string,
): string | undefined {
  const [fixed, rest] = split(signature);
  const type = TYPES[fixed[index] ?? rest];
  if (!type || type.fits(value)) {
    return undefined;
  }
  if (isNil(value)) {
    // What a map does not have is an interface without a value; what was piped in is nothing at all.
    return from === 'pipe' || from === 'nil'
      ? `invalid value; expected ${type.name}`
      : `wrong type for value; expected ${type.name}; got interface {}`;
  }
  return `wrong type for value; expected ${type.name}; got ${typeOf(value)}`;
}
