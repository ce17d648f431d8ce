import { templateEntityV1beta3Validator } from '@backstage/plugin-scaffolder-common';
import {
  goodValues,
  readTemplate,
  startScaffolder,
} from '../__testUtils__/dryRunFluxApp';
import { FakeCluster } from '../__testUtils__/fakeCluster';
import { FakeGithub, startFakeGithub } from '../__testUtils__/fakeGithub';

jest.setTimeout(60_000);

const HOSTILE: Record<string, string[]> = {
  name: [
    '',
    'Orders',
    '1orders',
    '-orders',
    'orders-',
    'orders.shop',
    'orders\n',
    'orders: x',
    '../orders',
    '$(id)',
    '${{ secrets.x }}',
    'a'.repeat(41),
  ],
  description: [
    '',
    'two\nlines',
    'tab\there',
    'a\u2028b',
    'a\u0085b',
    'a\u0000b',
    'a'.repeat(201),
  ],
  owner: [
    'shop',
    'group:default/shop\n',
    'system:default/shop',
    'group:default/a b',
    'group:default/"',
  ],
  repoOwner: [
    'a/b',
    'a b',
    '-a',
    'a-',
    'a--b',
    'acme&repo=x',
    'a'.repeat(40),
    'a\n',
  ],
  visibility: ['secret'],
  cluster: ['', '../prod', 'prod eu', 'prod\n', 'a'.repeat(64)],
  updates: ['force'],
  enrolment: ['both'],
  fleetRepo: [
    '..',
    'a/b/c',
    'a b',
    '/fleet',
    'fleet/',
    'fleet\n',
    '-x/fleet',
    '../../x',
  ],
};

const cases = Object.entries(HOSTILE).flatMap(([field, values]) =>
  values.map(
    value => [field, JSON.stringify(value).slice(0, 30), value] as const,
  ),
);

describe('the form of the flux-app template', () => {
  let github: FakeGithub;
  let scaffolder: Awaited<ReturnType<typeof startScaffolder>>;
  beforeAll(async () => {
    github = await startFakeGithub();
    scaffolder = await startScaffolder({ github, cluster: new FakeCluster() });
  });
  afterAll(async () => {
    await scaffolder.stop();
    await github.stop();
  });

  it.each(cases)('refuses %s %s', async (field, _shown, value) => {
    const { status, text } = await scaffolder.dryRun({
      ...goodValues,
      [field]: value,
    });
    expect(status).toBe(400);
    const { errors } = JSON.parse(text) as {
      errors: { property: string; message: string }[];
    };
    // A branch of a oneOf reports the whole form
    const where = field === 'fleetRepo' ? 'instance' : `instance.${field}`;
    expect(errors.map(error => error.property)).toContain(where);
  });

  it.each([
    ['name', 'a'],
    ['name', 'a'.repeat(40)],
    ['description', '’”<b>{% if %}{# $(id) `id` \\'],
    ['owner', 'user:default/guest'],
    ['fleetRepo', 'acme/fleet-prod-eu'],
    ['fleetRepo', 'fleet-prod-eu'],
  ])('takes %s %s', async (field, value) => {
    const { status, text } = await scaffolder.dryRun({
      ...goodValues,
      [field]: value,
    });
    expect([status, status === 200 ? '' : text]).toEqual([200, '']);
  });

  it('is a template that the catalog takes', async () => {
    const template = await readTemplate();
    await expect(templateEntityV1beta3Validator.check(template)).resolves.toBe(
      true,
    );
  });

  it('says beside each field what is allowed', async () => {
    const { spec } = await readTemplate();
    const fields = spec.parameters.flatMap((page: any) =>
      Object.entries<any>(page.properties),
    );
    const silent = fields.filter(
      ([, field]: [string, any]) => field.pattern && !field.description,
    );
    expect(fields.length).toBeGreaterThan(5);
    expect(silent).toEqual([]);
  });
});
