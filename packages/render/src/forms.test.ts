import { templateEntityV1beta3Validator } from '@backstage/plugin-scaffolder-common';
import { Renderer, startRenderer } from './startRenderer';

jest.setTimeout(60_000);

const example = jest.requireActual('../examples/node.json');

describe.each(['flux-app', 'flux-enrol', 'gke-fleet'])(
  'the form of %s',
  template => {
    let renderer: Renderer;
    beforeAll(async () => {
      renderer = await startRenderer(template);
    });
    afterAll(() => renderer.stop());

    it('is one that the catalog takes', async () => {
      await expect(
        templateEntityV1beta3Validator.check(renderer.template),
      ).resolves.toBe(true);
    });

    it('says beside each field what is allowed', () => {
      const fields = renderer.template.spec.parameters.flatMap((page: any) =>
        Object.entries<any>(page.properties),
      );
      const silent = fields.filter(
        ([, field]: [string, any]) => field.pattern && !field.description,
      );
      expect(fields.length).toBeGreaterThan(5);
      expect(silent).toEqual([]);
    });
  },
);

/** What is no attack, but cannot be; hostile.test.ts tries what is meant badly. */
const impossible: Record<string, string[]> = {
  name: [
    'Orders',
    '1orders',
    '-orders',
    'orders-',
    'orders.shop',
    'a'.repeat(41),
  ],
  description: ['a'.repeat(201)],
  owner: ['shop', 'system:default/shop', 'group:default/a b'],
  repoOwner: ['a/b', 'a b', '-a', 'a-', 'a--b', 'a'.repeat(40)],
  visibility: ['secret'],
  cluster: ['../prod', 'prod eu', 'a'.repeat(64)],
  updates: ['force'],
  enrolment: ['both'],
  fleetRepo: ['..', 'a/b/c', 'a b', '/fleet', 'fleet/', '-x/fleet', '../../x'],
};

describe('the fields of flux-app', () => {
  let renderer: Renderer;
  beforeAll(async () => {
    renderer = await startRenderer('flux-app');
  });
  afterAll(() => renderer.stop());

  it.each(
    Object.entries(impossible).flatMap(([field, values]) =>
      values.map(value => [field, value]),
    ),
  )('refuse as %s: %s', async (field, value) => {
    await expect(
      renderer.render({ ...example, [field]: value }),
    ).rejects.toThrow(new RegExp(`^${field}: `, 'm'));
  });

  it.each([
    ['name', 'a'],
    ['name', 'a'.repeat(40)],
    ['description', '’”<b>{% if %}{# $(id) `id` \\'],
    ['owner', 'user:default/guest'],
    ['fleetRepo', 'acme/fleet-prod-eu'],
    ['fleetRepo', 'fleet-prod-eu'],
  ])('take as %s: %s', async (field, value) => {
    const files = await renderer.render({ ...example, [field]: value });
    expect(files.size).toBeGreaterThan(20);
  });
});
