import { evaluateCondition, interpolate } from './expressions';

const values = {
  github: {
    ref: 'refs/heads/main',
    event_name: 'push',
    event: { repository: { private: false } },
  },
  needs: { test: { result: 'success', outputs: { tag: 'v1' } } },
  env: { N: '3', EMPTY: '' },
};

describe('expressions', () => {
  it.each([
    ["${{ github.ref == 'refs/heads/MAIN' }}", 'true'],
    ["${{ github['event_name'] }}-${{ needs.test.outputs.tag }}", 'push-v1'],
    ['${{ !github.event.repository.private }}', 'true'],
    ['${{ github.nothing.at.all }}|', '|'],
    ["${{ env.N == 3 && 'three' || 'other' }}", 'three'],
    ["${{ env.EMPTY || 'default' }}", 'default'],
    ["${{ format('{0} {{1}} }} {1}', 'a', env.N) }}", 'a {1} } 3'],
    ['${{ contains(fromJSON(\'["a", "B"]\'), \'b\') }}', 'true'],
    ["${{ startsWith(github.ref, 'refs/tags/') }}", 'false'],
    ["${{ 'it''s' }}", "it's"],
    ['${{ (1 < 2) == true }} ${{ 2 >= 10 }}', 'true false'],
    ['no expression }} ${ x }', 'no expression }} ${ x }'],
  ])('%s is %s', (text, expected) => {
    expect(interpolate(text, { values })).toBe(expected);
  });

  it.each([
    [undefined, 'success', true],
    [undefined, 'failure', false],
    ["github.event_name == 'push'", 'failure', false],
    ['always()', 'cancelled', true],
    ['failure()', 'failure', true],
    ["${{ success() && github.ref == 'x' }}", 'success', false],
    ['${{ !cancelled() }}', 'failure', true],
    [false, 'success', false],
  ] as const)('if: %s after %s is %s', (condition, outcome, expected) => {
    expect(evaluateCondition(condition, { values, outcome })).toBe(expected);
  });

  it.each([
    ['${{ github.ref == }}', /not valid at its end/],
    ['${{ a ? b : c }}', /not valid at "\? b/],
    ['${{ matrix.node }}', /uses matrix, which the sandbox does not have/],
    ['${{ hashFiles(env.N) }}', /does not support hashFiles\(\)/],
    ['${{ constructor }}', /uses constructor/],
  ])('%s says what is wrong', (text, message) => {
    expect(() => interpolate(text, { values })).toThrow(message);
  });
});
