import { applicationChecks } from './checks';
import { products } from './products';
import { Files, Renderer, startRenderer } from './startRenderer';

jest.setTimeout(120_000);

const [node, go, everything] = ['node', 'go', 'everything'].map(name =>
  jest.requireActual(`../examples/${name}.json`),
);

describe('the repositories that flux-app makes', () => {
  let renderer: Renderer;
  beforeAll(async () => {
    renderer = await startRenderer('flux-app');
  });
  afterAll(() => renderer.stop());

  it('come from every combination of what the form offers', () => {
    const all = products['flux-app'].combinations(renderer);
    // 3 stacks, who pulls, environments, updates, notice and commit status at two each, and of 13
    // ways to be reached, to roll out and to scale: 3 unexposed, 5 with each of two issuers
    expect(all).toHaveLength(3 * 2 ** 5 * (3 + 2 * 5));
    expect(new Set(all.map(values => JSON.stringify(values))).size).toBe(
      all.length,
    );
    const rollouts = all.filter(values => values.exposure === 'none');
    expect(new Set(rollouts.map(values => values.rollout))).toEqual(
      new Set(['rolling', 'blue-green']),
    );
  });

  it.each([
    ['node', node],
    ['go', go],
    ['everything', everything],
  ])('hold what is promised: %s', async (_name, values) => {
    const files = await renderer.render(values);
    for (const [name, check] of Object.entries(applicationChecks)) {
      expect([name, check(files)]).toEqual([name, []]);
    }
  });

  it('is refused with the fields that are wrong', async () => {
    await expect(
      renderer.render({ ...node, name: 'My App', stack: 'cobol' }),
    ).rejects.toThrow(/^name: .*\n(.*\n)*stack: /m);
  });

  const change = (files: Files, path: string, from: string, to: string) => {
    const text = files.get(path)!;
    expect(text).toContain(from);
    return new Map(files).set(path, text.replace(from, to));
  };
  const ci = 'app/.github/workflows/ci.yml';

  it.each([
    ['YAML is strict', ci, 'jobs:', 'jobs: ['],
    ['nothing is left unrendered', ci, 'jobs:', '# ${{ values.name }}\njobs:'],
    [
      'markers name policies',
      'app/deploy/images/image-policy.yaml',
      'name: orders',
      'name: other',
    ],
    [
      'markers name policies',
      'app/deploy/images/image-update-automation.yaml',
      './deploy/app',
      './deploy/images',
    ],
    [
      'the Flux tab finds its roots',
      'enrolment/kustomizations.yaml',
      'name: orders-images',
      'name: images',
    ],
    [
      'what Flux applies is there',
      'enrolment/kustomizations.yaml',
      './deploy/app',
      './deploy/apps',
    ],
    ['images come through the tests', ci, 'needs: test', 'needs: lint'],
    ['images come through the tests', ci, 'run: npm test', 'run: npm run x'],
    [
      'images come through the tests',
      ci,
      'run: npm test',
      'run: npm test\n        continue-on-error: true',
    ],
    [
      'images come through the tests',
      ci,
      "github.event_name == 'push' && github",
      'always() || github',
    ],
  ])('are found out where not %s (%s)', async (name, path, from, to) => {
    const files = change(await renderer.render(node), path, from, to);
    expect(applicationChecks[name](files)).not.toEqual([]);
  });
});
