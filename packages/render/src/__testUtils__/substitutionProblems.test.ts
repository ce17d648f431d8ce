import { substitutionProblems } from './substitutionProblems';

const problems = (
  before: [string, string][],
  after: [string, string][],
  to: string,
) => substitutionProblems(new Map(before), new Map(after), [['good', to]]);

describe('substitutionProblems', () => {
  it('has nothing against a value in its place', () => {
    expect(
      problems(
        [
          ['good/a.yaml', 'a: "good"\nb: 1'],
          ['a.json', '{"a": "good", "b": null}'],
          ['README.md', 'good'],
          ['run.sh', 'echo good'],
        ],
        [
          ['evil/a.yaml', 'a: "evil"\nb: 1'],
          ['a.json', '{"a": "evil", "b": null}'],
          ['README.md', 'evil'],
          ['run.sh', 'echo evil'],
        ],
        'evil',
      ),
    ).toEqual([]);
  });

  it.each([
    ['another file', 'a.yaml', 'a: x', '../a.yaml', 'a: x', 'x'],
    ['another field', 'a.yaml', 'a: good', 'a.yaml', 'a: x\nb: y', 'x\nb: y'],
    ['another type', 'a.yaml', 'a: good', 'a.yaml', 'a: true', 'true'],
    [
      'another type for Kubernetes',
      'a.yaml',
      'a: good',
      'a.yaml',
      'a: on',
      'on',
    ],
    ['no YAML', 'a.yaml', 'a: good', 'a.yaml', 'a: [', '['],
    ['a text cut short', 'a.yaml', 'a: good', 'a.yaml', 'a: x #y', 'x #y'],
    ['a command', 'a.sh', 'echo good', 'a.sh', 'echo $(id)', '$(id)'],
    ['a text elsewhere', 'a.md', 'good', 'a.md', 'x 49', 'x'],
    ['a template', 'a.md', 'good', 'a.md', '49', '{{ 7 * 7 }}'],
    [
      'a workflow',
      '.github/workflows/a.yml',
      'run: good',
      '.github/workflows/a.yml',
      'run: "$(id)"',
      '$(id)',
    ],
  ])('finds %s', (_name, path, text, otherPath, other, to) => {
    expect(problems([[path, text]], [[otherPath, other]], to)).not.toEqual([]);
  });
});
