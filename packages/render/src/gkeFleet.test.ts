import { JsonObject } from '@backstage/types';
import { fleetChecks } from './fleetChecks';
import { fleetPlain, products } from './products';
import { Renderer, startRenderer } from './startRenderer';

jest.setTimeout(60_000);

const example = jest.requireActual('../examples/fleet.json');

describe('the repositories that gke-fleet makes', () => {
  let renderer: Renderer;
  beforeAll(async () => {
    renderer = await startRenderer('gke-fleet');
  });
  afterAll(() => renderer.stop());

  it('come from every combination of what changes a file, and each other answer', () => {
    const { combinations } = products['gke-fleet'];
    const all = combinations(renderer);
    expect(new Set(all.map(values => JSON.stringify(values))).size).toBe(
      all.length,
    );
    const chosen = (name: string) => new Set(all.map(values => values[name]));
    for (const page of renderer.template.spec.parameters) {
      for (const [name, field] of Object.entries<any>(page.properties)) {
        expect([name, [...chosen(name)]]).toEqual([
          name,
          expect.arrayContaining(field.enum ?? []),
        ]);
      }
    }
    expect(chosen('spot')).toEqual(new Set([false, true, undefined]));
  });

  it.each([{}, { runners: 'own' }])(
    'hold what is promised: %j',
    async choices => {
      const files = await renderer.render({ ...example, ...choices });
      for (const [name, check] of Object.entries(fleetChecks)) {
        expect([name, check(files)]).toEqual([name, []]);
      }
    },
  );

  it.each<JsonObject>([
    {},
    { spot: true, privateNodes: true, runners: 'own', visibility: 'public' },
    { autoscaling: true, minNodes: 1, maxNodes: 5 },
  ])(
    'differ in pages and settings only by what is not tried with every other answer: %j',
    async others => {
      const values = { ...example, ...others };
      const files = await renderer.render(values);
      for (const name of Object.keys(fleetPlain)) {
        const choices = products['gke-fleet']
          .combinations(renderer)
          .map(each => each[name]!);
        for (const choice of new Set(choices.filter(Boolean))) {
          const other = await renderer.render({ ...values, [name]: choice });
          expect([...other.keys()].sort()).toEqual([...files.keys()].sort());
          const different = [...other.keys()].filter(
            path => other.get(path) !== files.get(path),
          );
          expect([
            name,
            choice,
            different.filter(
              path => !/\.md$|\/scripts\/settings\.sh$/.test(path),
            ),
          ]).toEqual([name, choice, []]);
        }
      }
    },
  );

  const cluster = 'clusters/prod-us/infrastructure.yaml';

  it.each([
    ['YAML is strict', cluster, 'spec:', 'spec: ['],
    ['nothing is left unrendered', cluster, 'spec:', '{% raw %}spec:'],
    ['what Flux applies is there', cluster, './infrastructure/co', './x/co'],
    [
      'what is waited for is there',
      cluster,
      '- name: infrastructure-controllers',
      '- name: controllers',
    ],
    [
      'the Flux tab finds its roots',
      'catalog-info.yaml',
      'flux-system/apps',
      'flux-system/tenants',
    ],
  ])('are found out where not: %s (%s)', async (name, path, from, to) => {
    const files = await renderer.render(example);
    const text = files.get(`fleet/${path}`)!;
    expect(text).toContain(from);
    files.set(`fleet/${path}`, text.replace(from, to));
    expect(fleetChecks[name](files)).not.toEqual([]);
  });
});
