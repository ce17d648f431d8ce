import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { satisfies, validRange, parse as parseVersion } from 'semver';
import { RE2JS } from 're2js';
import { FunctionError } from '../errors';
import { fromYaml, toYaml, toYamlPretty } from '../goYaml';
import { MethodObject, sortedEntries, Value } from '../values';
import { define } from './define';

/** A value ready for JSON: keys in order, ints as numbers. */
function plain(value: Value): Value {
  if (typeof value === 'bigint') {
    return Number(value);
  }
  if (value instanceof MethodObject) {
    return plain(value.fields);
  }
  if (Array.isArray(value)) {
    return value.map(plain);
  }
  return typeof value === 'object' && value !== null
    ? Object.fromEntries(
        sortedEntries(value).map(([key, item]) => [key, plain(item)]),
      )
    : value ?? null;
}

const escapeHtml = (json: string) =>
  json.replace(
    /[<>&\u2028\u2029]/g,
    c => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );

const toJson = (value: Value) => escapeHtml(JSON.stringify(plain(value)));

/** Reads, and gives the error in the map as Helm does. */
function reading(read: (text: string) => Value, isList = false) {
  return (text: string) => {
    try {
      const value = read(text);
      const fits = isList
        ? Array.isArray(value)
        : typeof value === 'object' && !Array.isArray(value);
      if (!fits && value !== null) {
        throw new Error(
          `json: cannot unmarshal ${
            Array.isArray(value) ? 'array' : typeof value
          } into Go value of type ${
            isList ? '[]interface {}' : 'map[string]interface {}'
          }`,
        );
      }
      return value ?? (isList ? [] : {});
    } catch (error) {
      const { message } = error as Error;
      return isList ? [message] : { Error: message };
    }
  };
}

const digest = (algorithm: string) => (text: string) =>
  createHash(algorithm).update(text).digest('hex');

function decode(text: string): string {
  const buffer = Buffer.from(text, 'base64');
  return buffer.toString('base64') === text
    ? buffer.toString()
    : 'illegal base64 data';
}

/** `1.19-0` and the like, which npm's ranges know with three numbers only. */
function toNpmRange(constraint: string): string {
  return constraint
    .replace(/,/g, ' ')
    .replace(
      /(^|[\s<>=~^|!])v?(\d+)(\.\d+)?-/g,
      (_, before, major, minor) => `${before}${major}${minor ?? '.0'}.0-`,
    )
    .replace(/=>/g, '>=')
    .replace(/=</g, '<=');
}

/** Whether the version is in the range, as Masterminds' semver has it. */
export function semverCompare(constraint: string, version: string): boolean {
  const parsed =
    parseVersion(version, { loose: true }) ??
    parseVersion(`${version.replace(/^v/, '')}.0`) ??
    parseVersion(`${version.replace(/^v/, '')}.0.0`);
  if (!parsed) {
    throw new FunctionError('invalid semantic version');
  }
  const range = toNpmRange(constraint);
  const not = /^\s*!=\s*(.+)$/.exec(range);
  if (!validRange(not ? not[1] : range)) {
    throw new FunctionError(
      `improper constraint: ${JSON.stringify(constraint)}`,
    );
  }
  // A range that names a pre-release takes all of them.
  const options = { includePrerelease: /\d-/.test(range) };
  return not
    ? !satisfies(parsed, not[1], options)
    : satisfies(parsed, range, options);
}

function semver(version: string): Value {
  const parsed = parseVersion(version);
  if (!parsed) {
    throw new FunctionError('invalid semantic version');
  }
  return {
    Major: BigInt(parsed.major),
    Minor: BigInt(parsed.minor),
    Patch: BigInt(parsed.patch),
    Prerelease: parsed.prerelease.join('.'),
    Metadata: parsed.build.join('.'),
    Original: version,
  };
}

function expression(pattern: string): RE2JS {
  try {
    return RE2JS.compile(pattern);
  } catch (error) {
    throw new FunctionError(
      `error parsing regexp: ${(error as Error).message}`,
    );
  }
}

function matches(pattern: string, text: string): string[] {
  const matcher = expression(pattern).matcher(text);
  const found: string[] = [];
  while (matcher.find()) {
    found.push(matcher.group() ?? '');
  }
  return found;
}

const limited = (found: string[], most: bigint) =>
  most < 0n ? found : found.slice(0, Number(most));

/** `${1}` and `$1` as RE2JS writes them. */
function replaceAll(pattern: string, text: string, by: string): string {
  const matcher = expression(pattern).matcher(text);
  const groups = matcher.groupCount();
  let at = 0;
  let result = '';
  while (matcher.find()) {
    const found = Array.from(
      { length: groups + 1 },
      (_, i) => matcher.group(i) ?? '',
    );
    result += text.slice(at, matcher.start());
    result += by.replace(
      /\$(?:\{(\d+)\}|(\d+))/g,
      (_, a, b) => found[Number(a ?? b)] ?? '',
    );
    at = matcher.end();
  }
  return result + text.slice(at);
}

const CHARACTERS = {
  alpha: 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ',
  numeric: '0123456789',
};

const random = (characters: string) => (count: bigint) =>
  [...randomBytes(Number(count))]
    .map(byte => characters[byte % characters.length])
    .join('');

/** Functions that encode, decode, hash and match. */
export const data = define({
  toYaml: ['a', toYaml],
  mustToYaml: ['a', toYaml],
  toYamlPretty: ['a', toYamlPretty],
  fromYaml: ['s', reading(fromYaml)],
  fromYamlArray: ['s', reading(fromYaml, true)],
  toJson: ['a', toJson],
  mustToJson: ['a', toJson],
  toRawJson: ['a', (value: Value) => JSON.stringify(plain(value))],
  mustToRawJson: ['a', (value: Value) => JSON.stringify(plain(value))],
  toPrettyJson: [
    'a',
    (value: Value) => escapeHtml(JSON.stringify(plain(value), undefined, 2)),
  ],
  mustToPrettyJson: [
    'a',
    (value: Value) => escapeHtml(JSON.stringify(plain(value), undefined, 2)),
  ],
  fromJson: ['s', reading(JSON.parse)],
  mustFromJson: ['s', (text: string) => JSON.parse(text)],
  fromJsonArray: ['s', reading(JSON.parse, true)],
  b64enc: ['s', (text: string) => Buffer.from(text).toString('base64')],
  b64dec: ['s', decode],
  sha256sum: ['s', digest('sha256')],
  sha1sum: ['s', digest('sha1')],
  sha512sum: ['s', digest('sha512')],
  semver: ['s', semver],
  semverCompare: ['ss', semverCompare],
  regexMatch: [
    'ss',
    (pattern: string, text: string) => expression(pattern).matcher(text).find(),
  ],
  mustRegexMatch: [
    'ss',
    (pattern: string, text: string) => expression(pattern).matcher(text).find(),
  ],
  regexFind: [
    'ss',
    (pattern: string, text: string) => matches(pattern, text)[0] ?? '',
  ],
  regexFindAll: [
    'ssi',
    (pattern: string, text: string, most: bigint) =>
      limited(matches(pattern, text), most),
  ],
  regexReplaceAll: ['sss', replaceAll],
  mustRegexReplaceAll: ['sss', replaceAll],
  regexSplit: [
    'ssi',
    (pattern: string, text: string, most: bigint) =>
      expression(pattern).split(text, Number(most) > 0 ? Number(most) : -1),
  ],
  regexQuoteMeta: ['s', (text: string) => RE2JS.quote(text)],
  uuidv4: ['', () => randomUUID()],
  randAlpha: ['i', random(CHARACTERS.alpha)],
  randNumeric: ['i', random(CHARACTERS.numeric)],
  randAlphaNum: ['i', random(CHARACTERS.alpha + CHARACTERS.numeric)],
});
