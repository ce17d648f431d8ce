import { enrolmentChecks } from './enrolmentChecks';
import { products } from './products';
import { Renderer, startRenderer } from './startRenderer';

jest.setTimeout(60_000);

const example = jest.requireActual('../examples/enrol.json');

describe('the pull requests that flux-enrol makes', () => {
  let renderer: Renderer;
  beforeAll(async () => {
    renderer = await startRenderer('flux-enrol');
  });
  afterAll(() => renderer.stop());

  const stepsWith = (action: string) =>
    renderer.template.spec.steps.filter((step: any) => step.action === action);

  it('hold what is promised, whatever is chosen', async () => {
    const all = products['flux-enrol'].combinations(renderer);
    // Two paths, its own or another namespace, three ways to name the fleet
    expect(all).toHaveLength(2 * 2 * 3);
    for (const values of all) {
      const files = await renderer.render(values);
      for (const [name, check] of Object.entries(enrolmentChecks)) {
        expect([values, name, check(files)]).toEqual([values, name, []]);
      }
    }
  });

  it('are all that is written, in a folder of their own', () => {
    const actions = renderer.template.spec.steps.map(
      (step: any) => step.action,
    );
    expect(new Set(actions)).toEqual(
      new Set([
        'flux:repository:check',
        'fetch:template',
        'flux:manifests:validate',
        'flux:deploy-key:create',
        'publish:github:pull-request',
      ]),
    );
    expect(
      stepsWith('publish:github:pull-request').map(({ input }: any) => input),
    ).toEqual([
      {
        repoUrl: '${{ steps.check.output.fleetRepoUrl }}',
        branchName: 'flux-enrol-${{ parameters.name }}',
        title: expect.any(String),
        commitMessage: expect.any(String),
        description: expect.any(String),
        sourcePath: 'enrolment',
        targetPath: 'apps/${{ parameters.name }}',
      },
    ]);
  });

  it('come after a check that finds a folder of that name', () => {
    const [first] = renderer.template.spec.steps;
    expect(first).toMatchObject({
      action: 'flux:repository:check',
      input: { name: '${{ parameters.name }}' },
    });
    expect(first).not.toHaveProperty('if');
  });

  it('go with a key that may only read the repository', () => {
    expect(
      stepsWith('flux:deploy-key:create').map(
        ({ input }: any) => input.readOnly,
      ),
    ).toEqual([true]);
  });

  it.each([
    ['YAML is strict', 'source.yaml', 'spec:', 'spec: ['],
    [
      'nothing is left unrendered',
      'source.yaml',
      'spec:',
      '# ${{ values.name }}\nspec:',
    ],
    [
      'it stays in its namespace',
      'source.yaml',
      'namespace: payments',
      'namespace: flux-system',
    ],
    [
      'it acts as its tenant',
      'kustomizations.yaml',
      'serviceAccountName: flux',
      'serviceAccountName: other',
    ],
    [
      'it acts as its tenant',
      'kustomizations.yaml',
      'kind: GitRepository',
      'kind: OCIRepository',
    ],
  ])('are found out where not: %s (%s)', async (name, path, from, to) => {
    const files = await renderer.render(example);
    const text = files.get(`enrolment/${path}`)!;
    expect(text).toContain(from);
    files.set(`enrolment/${path}`, text.replace(from, to));
    expect(enrolmentChecks[name](files)).not.toEqual([]);
  });

  it('are found out where a file is beside them', async () => {
    const files = await renderer.render(example);
    files.set('deploy/app.yaml', '');
    expect(enrolmentChecks['it is all in the pull request'](files)).toEqual([
      'deploy/app.yaml',
    ]);
  });
});
