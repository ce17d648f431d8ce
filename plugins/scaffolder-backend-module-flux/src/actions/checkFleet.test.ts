import { ConfigReader } from '@backstage/config';
import { ScmIntegrations } from '@backstage/integration';
import { catalogServiceMock } from '@backstage/plugin-catalog-node/testUtils';
import { createMockActionContext } from '@backstage/plugin-scaffolder-node-test-utils';
import { FakeGithub, startFakeGithub } from '../__testUtils__/fakeGithub';
import { createCheckFleetAction } from './checkFleet';

describe('flux:fleet:check', () => {
  let github: FakeGithub;
  beforeEach(async () => {
    github = await startFakeGithub();
  });
  afterEach(() => github.stop());

  async function check(
    input: Record<string, string> = {},
    options: { entities?: any[]; isDryRun?: boolean } = {},
  ) {
    const context = createMockActionContext<any>({
      input: { name: 'moon', repoOwner: 'acme', host: github.host, ...input },
    });
    Object.assign(context, { isDryRun: options.isDryRun });
    await createCheckFleetAction({
      integrations: ScmIntegrations.fromConfig(new ConfigReader(github.config)),
      catalog: catalogServiceMock({ entities: options.entities ?? [] }),
    }).handler(context);
    return Object.fromEntries((context.output as jest.Mock).mock.calls);
  }

  const answer = () => ({
    host: github.host,
    repoOwner: 'acme',
    repoName: 'fleet-moon',
    repoUrl: `${github.host}?owner=acme&repo=fleet-moon`,
  });

  it('answers where the fleet repository will be', async () => {
    await expect(check()).resolves.toEqual(answer());
  });

  it('spells the owner as GitHub does', async () => {
    github.answer('GET /users/acme', 200, { login: 'Acme' });
    await expect(check()).resolves.toMatchObject({
      repoOwner: 'Acme',
      repoUrl: `${github.host}?owner=Acme&repo=fleet-moon`,
    });
  });

  it('asks nobody in a dry run', async () => {
    github.addRepository('acme/fleet-moon');
    await expect(check({}, { isDryRun: true })).resolves.toEqual(answer());
    expect(github.calls).toEqual([]);
  });

  it('tells everything that is in the way at once', async () => {
    const moon = {
      apiVersion: 'backstage.io/v1alpha1',
      kind: 'Resource',
      metadata: { name: 'moon', namespace: 'default' },
    };
    github.addRepository('acme/fleet-moon');
    await expect(check({}, { entities: [moon] })).rejects.toThrow(
      /^Name: the catalog has resource:default\/moon already.*\nName: acme\/fleet-moon exists/,
    );
  });

  it('wants an owner that exists', async () => {
    await expect(check({ repoOwner: '' })).rejects.toThrow(
      /^GitHub organisation: none is given/,
    );
    await expect(check({ repoOwner: 'nobody' })).rejects.toThrow(
      /^GitHub organisation: .* knows no 'nobody'/,
    );
  });
});
