import { ImagePolicyRules, selectTag } from './policy';
import { canonicalName, checksumOf, parseImage, sortTags } from './scan';

const FILTER = {
  pattern: '^main-[a-f0-9]{7}-(?P<ts>[1-9][0-9]*)$',
  extract: '$ts',
};
const asc = { numerical: { order: 'asc' as const } };

describe('selectTag', () => {
  it.each<[string, string[], ImagePolicyRules, string]>([
    [
      'the newest commit, whatever else is there',
      ['main-fffffff-9', 'main-aaaaaaa-10', 'latest', 'main-aaaaaaa-100x'],
      { filterTags: FILTER, policy: asc },
      'main-aaaaaaa-10',
    ],
    [
      'the lowest number',
      ['3', '20', '1'],
      { policy: { numerical: { order: 'desc' } } },
      '1',
    ],
    ['a number with a fraction', ['1.5', '1.25'], { policy: asc }, '1.5'],
    ['by letters', ['a', 'c', 'b'], { policy: { alphabetical: {} } }, 'c'],
    [
      'by letters, from the end',
      ['b', 'a', 'c'],
      { policy: { alphabetical: { order: 'desc' } } },
      'a',
    ],
    [
      'the highest version in the range',
      ['1.0.0', '1.10.0', '1.9.0', '2.0.0', 'latest'],
      { policy: { semver: { range: '1.x' } } },
      '1.10.0',
    ],
    [
      'a version with a prefix',
      ['v1.0.0', 'v1.2.0'],
      { policy: { semver: { range: '>=1.0.0, <2.0.0' } } },
      'v1.2.0',
    ],
    [
      'pre-releases only where the range has one',
      ['1.0.0', '1.1.0-rc.1'],
      { policy: { semver: { range: '>=1.0.0' } } },
      '1.0.0',
    ],
    [
      'a numbered group',
      ['r-1', 'r-12'],
      { filterTags: { pattern: 'r-(\\d+)', extract: '${1}' }, policy: asc },
      'r-12',
    ],
  ])('%s', (_, tags, rules, selected) => {
    expect(selectTag(tags, rules)).toBe(selected);
  });

  it.each<[string[], ImagePolicyRules, string | RegExp]>([
    [
      ['latest'],
      { filterTags: FILTER, policy: asc },
      'version list argument cannot be empty',
    ],
    [['x'], { policy: asc }, "failed to parse invalid numeric value 'x'"],
    [
      ['x'],
      { policy: { semver: { range: '1.x' } } },
      'unable to determine latest version from provided list',
    ],
    [['x'], { policy: { semver: { range: 'not' } } }, /semver range 'not'/],
    [['x'], { filterTags: { pattern: '(' }, policy: asc }, /parsing regexp/],
    [['x'], {}, 'invalid policy: no policy given'],
  ])('refuses %j with %j', (tags, rules, message) => {
    expect(() => selectTag(tags, rules)).toThrow(message);
  });
});

describe('scans', () => {
  // Tags and checksums as recorded from real Flux.
  it.each([
    [['latest', 'main-aaaaaaa-1700000001'], '3348826761'],
    [
      ['latest', 'main-aaaaaaa-1700000001', 'main-bbbbbbb-1700000100'],
      '861737359',
    ],
    [['main-ddddddd-1700000300'], '2002192291'],
    [['main-4289d46-1795370674'], '1705051826'],
  ])('have Flux’s checksum: %j', (tags, checksum) => {
    expect(checksumOf(tags)).toBe(checksum);
  });

  it('sort tags from the end of the alphabet', () => {
    expect(sortTags(['a', 'c', 'b'])).toEqual(['c', 'b', 'a']);
  });

  it.each([
    ['127.0.0.1:4011/acme/orders', '127.0.0.1:4011', 'acme/orders'],
    ['ghcr.io/acme/orders', 'ghcr.io', 'acme/orders'],
    ['acme/orders', 'index.docker.io', 'acme/orders'],
    ['nginx', 'index.docker.io', 'library/nginx'],
    ['localhost/x', 'localhost', 'x'],
  ])('understand %s', (image, host, repository) => {
    expect(parseImage(image)).toEqual({ host, repository });
    expect(canonicalName(image)).toBe(`${host}/${repository}`);
  });
});
