import { FunctionError } from '../errors';
import { quote } from '../printf';
import { isNil, print, Value } from '../values';
import { define } from './define';

/** A value as text, as sprig's functions take it. */
export const textOf = print;

/** The texts of a list; of a single value, its own. */
export function textsOf(value: Value): string[] {
  if (isNil(value)) {
    return [];
  }
  return Array.isArray(value)
    ? value.filter(item => !isNil(item)).map(textOf)
    : [textOf(value)];
}

const escape = (characters: string) =>
  characters.replace(/[\\\]^-]/g, character => `\\${character}`);

function trimSet(text: string, cutset: string, left: boolean, right: boolean) {
  if (!cutset) {
    return text;
  }
  const set = `[${escape(cutset)}]+`;
  const start = left ? text.replace(new RegExp(`^${set}`, 'u'), '') : text;
  return right ? start.replace(new RegExp(`${set}$`, 'u'), '') : start;
}

function indent(count: bigint, text: string): string {
  if (count < 0n) {
    throw new FunctionError('strings: negative Repeat count');
  }
  const pad = ' '.repeat(Number(count));
  return pad + text.replaceAll('\n', `\n${pad}`);
}

function trunc(count: bigint, text: string): string {
  const size = Number(count);
  if (size < 0) {
    return text.length + size > 0 ? text.slice(size) : text;
  }
  return text.slice(0, size);
}

function substr(start: bigint, end: bigint, text: string): string {
  if (start < 0n) {
    return text.slice(0, Number(end));
  }
  return end < 0n || end > text.length
    ? text.slice(Number(start))
    : text.slice(Number(start), Number(end));
}

function abbrev(width: bigint, text: string): string {
  const size = Number(width);
  return size < 4 || text.length <= size
    ? text
    : `${text.slice(0, size - 3)}...`;
}

function parts(list: string[]): Value {
  return Object.fromEntries(list.map((part, index) => [`_${index}`, part]));
}

function splitN(separator: string, count: bigint, text: string): string[] {
  const list = text.split(separator);
  const most = Number(count);
  return most > 0 && list.length > most
    ? [...list.slice(0, most - 1), list.slice(most - 1).join(separator)]
    : list;
}

const title = (text: string) =>
  text.replace(
    /(^|[^\p{L}\p{N}_'])(\p{L})/gu,
    (_, before: string, letter: string) => before + letter.toUpperCase(),
  );

/** sprig's functions for strings. */
export const strings = define({
  // A plain key would be taken for the method that every object has.
  ['toString' as string]: ['a', textOf],
  toStrings: ['a', textsOf],
  quote: [
    '*a',
    (...values: Value[]) =>
      values
        .filter(value => !isNil(value))
        .map(value => quote(textOf(value)))
        .join(' '),
  ],
  squote: [
    '*a',
    (...values: Value[]) =>
      values
        .filter(value => !isNil(value))
        .map(value => `'${textOf(value)}'`)
        .join(' '),
  ],
  cat: [
    '*a',
    (...values: Value[]) =>
      values
        .filter(value => !isNil(value))
        .map(textOf)
        .join(' '),
  ],
  upper: ['s', (text: string) => text.toUpperCase()],
  lower: ['s', (text: string) => text.toLowerCase()],
  title: ['s', title],
  untitle: [
    's',
    (text: string) =>
      text.replace(/(^|\s)(\p{L})/gu, found => found.toLowerCase()),
  ],
  trim: ['s', (text: string) => text.trim()],
  trimAll: [
    'ss',
    (set: string, text: string) => trimSet(text, set, true, true),
  ],
  trimall: [
    'ss',
    (set: string, text: string) => trimSet(text, set, true, true),
  ],
  trimPrefix: [
    'ss',
    (prefix: string, text: string) =>
      text.startsWith(prefix) ? text.slice(prefix.length) : text,
  ],
  trimSuffix: [
    'ss',
    (suffix: string, text: string) =>
      suffix && text.endsWith(suffix) ? text.slice(0, -suffix.length) : text,
  ],
  nospace: ['s', (text: string) => text.replace(/\s/g, '')],
  contains: ['ss', (part: string, text: string) => text.includes(part)],
  hasPrefix: ['ss', (prefix: string, text: string) => text.startsWith(prefix)],
  hasSuffix: ['ss', (suffix: string, text: string) => text.endsWith(suffix)],
  replace: [
    'sss',
    (old: string, by: string, text: string) => text.replaceAll(old, () => by),
  ],
  repeat: [
    'is',
    (count: bigint, text: string) => {
      if (count < 0n) {
        throw new FunctionError('strings: negative Repeat count');
      }
      return text.repeat(Number(count));
    },
  ],
  trunc: ['is', trunc],
  substr: ['iis', substr],
  abbrev: ['is', abbrev],
  initials: [
    's',
    (text: string) =>
      [...text.matchAll(/(?:^|\s)(\S)/gu)].map(m => m[1]).join(''),
  ],
  plural: [
    'ssi',
    (one: string, many: string, count: bigint) => (count === 1n ? one : many),
  ],
  indent: ['is', indent],
  nindent: ['is', (count: bigint, text: string) => `\n${indent(count, text)}`],
  join: [
    'sa',
    (separator: string, list: Value) => textsOf(list).join(separator),
  ],
  split: [
    'ss',
    (separator: string, text: string) => parts(text.split(separator)),
  ],
  splitList: ['ss', (separator: string, text: string) => text.split(separator)],
  splitn: [
    'sis',
    (separator: string, count: bigint, text: string) =>
      parts(splitN(separator, count, text)),
  ],
  sortAlpha: [
    'a',
    (list: Value) => textsOf(list).sort((a, b) => (a < b ? -1 : 1)),
  ],
  base: [
    's',
    (path: string) => path.replace(/\/+$/, '').split('/').pop() || '/',
  ],
  dir: [
    's',
    (path: string) => {
      const at = path.lastIndexOf('/');
      return at < 0 ? '.' : path.slice(0, at) || '/';
    },
  ],
  ext: ['s', (path: string) => /\.[^./]*$/.exec(path)?.[0] ?? ''],
  isAbs: ['s', (path: string) => path.startsWith('/')],
});
