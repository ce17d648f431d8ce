import { parseDocument } from 'yaml';
import { isNil, MethodObject, sortedEntries, Value } from './values';

// What Go's YAML would read as something else than a string, and therefore quotes.
const NOT_A_STRING = [
  /^(|~|null|Null|NULL)$/,
  /^(y|Y|yes|Yes|YES|on|On|ON|true|True|TRUE|n|N|no|No|NO|off|Off|OFF|false|False|FALSE)$/,
  /^[+-]?(\.[0-9_]+|[0-9][0-9_]*(\.[0-9_]*)?)([eE][+-]?[0-9]+)?$/,
  /^[+-]?0(x[0-9a-fA-F_]+|o?[0-7_]+|b[01_]+)$/,
  /^[+-]?\.(inf|Inf|INF)$|^\.(nan|NaN|NAN)$/,
  /^[+-]?[0-9][0-9_]*(:[0-5]?[0-9])+(\.[0-9_]*)?$/,
  /^[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}([Tt ][0-9]{1,2}:[0-9]{2}:[0-9]{2}(\.[0-9]+)?( *(Z|[+-][0-9]{1,2}(:?[0-9]{2})?))?)?$/,
];
const WIDTH = 80;

/** Order of keys as Go's YAML has it: letters by their code, numbers by their value. */
function compareKeys(a: string, b: string): number {
  const left = [...a];
  const right = [...b];
  const isDigit = (c: string | undefined) =>
    c !== undefined && /\p{Nd}/u.test(c);
  for (let i = 0; i < Math.min(left.length, right.length); i += 1) {
    if (left[i] === right[i]) {
      continue;
    }
    const [aLetter, bLetter] = [left[i], right[i]].map(c => /\p{L}/u.test(c));
    if (aLetter && bLetter) {
      return left[i] < right[i] ? -1 : 1;
    }
    if (aLetter || bLetter) {
      return bLetter ? -1 : 1;
    }
    const digits = (characters: string[]) => {
      let end = i;
      while (isDigit(characters[end])) {
        end += 1;
      }
      return characters.slice(i, end).join('');
    };
    const [x, y] = [digits(left), digits(right)];
    if (Number(x) !== Number(y)) {
      return Number(x) - Number(y);
    }
    if (x.length !== y.length) {
      return x.length - y.length;
    }
    return left[i] < right[i] ? -1 : 1;
  }
  return left.length - right.length;
}

function isPlain(text: string): boolean {
  return !(
    /^[ \u2028\u2029\x85]|[ \u2028\u2029\x85]$/.test(text) ||
    /^(---|\.\.\.)/.test(text) ||
    /^[#,[\]{}&*!|>'"%@`]/.test(text) ||
    /^[?:-](\s|$)/.test(text) ||
    /:(\s|$)/.test(text) ||
    /\s#/.test(text) ||
    isSpecial(text)
  );
}

/** What only a double-quoted scalar can hold. */
function isSpecial(text: string): boolean {
  return /[^\n\x20-\x7e\x85\u00a0-\ud7ff\ue000-\ufefe\uff00-\ufffd]/u.test(
    text,
  );
}

const ESCAPES: Record<string, string> = {
  '\0': '\\0',
  '\x07': '\\a',
  '\b': '\\b',
  '\t': '\\t',
  '\n': '\\n',
  '\v': '\\v',
  '\f': '\\f',
  '\r': '\\r',
  '\x1b': '\\e',
  '"': '\\"',
  '\\': '\\\\',
};

function escapeCharacter(character: string): string {
  if (ESCAPES[character]) {
    return ESCAPES[character];
  }
  if (!isSpecial(character)) {
    return character;
  }
  const code = character.codePointAt(0)!;
  const hex = (width: number) =>
    code.toString(16).toUpperCase().padStart(width, '0');
  if (code < 0x100) {
    return `\\x${hex(2)}`;
  }
  return code < 0x10000 ? `\\u${hex(4)}` : `\\U${hex(8)}`;
}

/** Breaks a scalar at a single space, as soon as a line is longer than it should be. */
function fold(text: string, column: number, indent: number, escape = false) {
  let at = column;
  let result = '';
  const characters = [...text];
  characters.forEach((character, index) => {
    const isSingle =
      character === ' ' &&
      characters[index - 1] !== ' ' &&
      characters[index + 1] !== ' ';
    const isInside = index > 0 && index < characters.length - 1;
    if (isSingle && isInside && at > WIDTH) {
      result += `\n${' '.repeat(indent)}`;
      at = indent;
      return;
    }
    const written = escape ? escapeCharacter(character) : character;
    result += written;
    at += written.length;
  });
  return result;
}

function block(text: string, indent: number): string {
  const hint = /^[ \n]/.test(text) ? '2' : '';
  const keep = /(^|\n)\n$/.test(text) ? '+' : '';
  const chomp = text.endsWith('\n') ? keep : '-';
  const lines = (text.endsWith('\n') ? text.slice(0, -1) : text).split('\n');
  const body = lines.map(line => (line ? ' '.repeat(indent) + line : ''));
  return `|${hint}${chomp}\n${body.join('\n')}`;
}

function string(text: string, column: number, indent: number, isKey: boolean) {
  const width = isKey ? -Infinity : column;
  if (text.includes('\n')) {
    const fits = !isKey && !/ $| \n/.test(text) && !isSpecial(text);
    return fits
      ? block(text, indent)
      : `"${fold(text, width + 1, indent, true)}"`;
  }
  if (NOT_A_STRING.some(pattern => pattern.test(text)) || isSpecial(text)) {
    return `"${fold(text, width + 1, indent, true)}"`;
  }
  return isPlain(text)
    ? fold(text, width, indent)
    : `'${fold(text.replace(/'/g, "''"), width + 1, indent)}'`;
}

function number(value: number): string {
  if (Number.isInteger(value) && Math.abs(value) < 1e21) {
    return String(value);
  }
  const [digits, exponent] = value.toExponential().split('e');
  const power = Number(exponent);
  return power < -4 || power >= 21
    ? `${digits}e${power < 0 ? '-' : '+'}${String(Math.abs(power)).padStart(
        2,
        '0',
      )}`
    : String(value);
}

function scalar(value: Value, column: number, indent: number): string {
  if (isNil(value)) {
    return 'null';
  }
  if (typeof value === 'number') {
    return number(value);
  }
  return typeof value === 'string'
    ? string(value, column, indent, false)
    : String(value);
}

interface Options {
  compare(a: string, b: string): number;
  /** Spaces before the dash of a list in a map. */
  listIndent: number;
}

/** Lines of a value, the first without its indentation. */
function emit(
  value: Value,
  indent: number,
  column: number,
  options: Options,
): string {
  if (value instanceof MethodObject) {
    return emit(value.fields, indent, column, options);
  }
  const pad = ' '.repeat(indent);
  if (Array.isArray(value)) {
    return value.length === 0
      ? '[]'
      : value
          .map(item => `- ${emit(item, indent + 2, indent + 2, options)}`)
          .join(`\n${pad}`);
  }
  if (typeof value !== 'object' || value === null) {
    return scalar(value, column, indent);
  }
  const entries = sortedEntries(value).sort(([a], [b]) =>
    options.compare(a, b),
  );
  return entries.length === 0
    ? '{}'
    : entries
        .map(([key, item]) => {
          const name = string(key, 0, 0, true);
          const nested = typeof item === 'object' && item !== null;
          const isEmpty = nested && Object.keys(item as object).length === 0;
          if (!nested || isEmpty) {
            const at = indent + name.length + 2;
            return `${name}: ${emit(item, indent + 2, at, options)}`;
          }
          const below = Array.isArray(item)
            ? indent + options.listIndent
            : indent + 2;
          return `${name}:\n${' '.repeat(below)}${emit(
            item,
            below,
            below,
            options,
          )}`;
        })
        .join(`\n${pad}`);
}

/** YAML as Helm's `toYaml` writes it, without a newline at the end. */
export function toYaml(value: Value): string {
  return emit(value, 0, 0, { compare: compareKeys, listIndent: 0 });
}

/** YAML as Helm's `toYamlPretty` writes it: lists are indented. */
export function toYamlPretty(value: Value): string {
  return emit(value, 0, 0, { compare: compareKeys, listIndent: 2 });
}

/** What Flux takes the digest of values from. */
export function toDigestYaml(value: Value): string {
  const compare = (a: string, b: string) => (a < b ? -1 : 1);
  return `${emit(value, 0, 0, { compare, listIndent: 0 })}\n`;
}

/** Reads YAML as Helm does: by the rules of YAML 1.1, where `yes` is true. */
export function fromYaml(text: string): Value {
  const document = parseDocument(text, {
    version: '1.1',
    merge: true,
    // A time stays the text that it is.
    customTags: tags =>
      tags.filter(
        tag => typeof tag === 'string' || !/timestamp|binary/.test(tag.tag),
      ),
    resolveKnownTags: false,
    uniqueKeys: false,
  });
  const [error] = document.errors;
  if (error) {
    const line = error.linePos?.[0].line ?? 0;
    throw new Error(
      `error converting YAML to JSON: yaml: line ${line}: ${
        error.message.split(' at line ')[0]
      }`,
    );
  }
  return document.toJS({ maxAliasCount: 100 }) ?? null;
}
