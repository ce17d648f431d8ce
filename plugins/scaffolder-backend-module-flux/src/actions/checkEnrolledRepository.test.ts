import { mockServices } from '@backstage/backend-test-utils';
import { ConfigReader } from '@backstage/config';
import { ScmIntegrations } from '@backstage/integration';
import { catalogServiceMock } from '@backstage/plugin-catalog-node/testUtils';
import { AuthorizeResult } from '@backstage/plugin-permission-common';
import { createMockActionContext } from '@backstage/plugin-scaffolder-node-test-utils';
import { FakeCluster } from '../__testUtils__/fakeCluster';
import { FakeGithub, startFakeGithub } from '../__testUtils__/fakeGithub';
import { createCheckEnrolledRepositoryAction } from './checkEnrolledRepository';

const CONTENTS = 'GET /repos/acme/orders/contents';

describe('flux:repository:check', () => {
  let github: FakeGithub;
  let cluster: FakeCluster;
  let annotations: Record<string, string>;
  beforeEach(async () => {
    github = await startFakeGithub();
    github.addRepository('acme/orders');
    github.answer(`${CONTENTS}/deploy/app`, 200, []);
    cluster = new FakeCluster();
    annotations = {
      'github.com/project-slug': 'acme/orders',
      'backstage.io/managed-by-location': `url:http://${github.host}/Acme/orders/tree/main/catalog-info.yaml`,
    };
  });
  afterEach(() => github.stop());

  async function check(
    input: Record<string, string> = {},
    options: {
      groups?: string[];
      mayEnrol?: boolean;
      isDryRun?: boolean;
    } = {},
  ) {
    const context = createMockActionContext<any>({
      input: {
        entityRef: 'component:default/orders',
        cluster: 'prod-eu',
        path: './deploy/app/',
        host: github.host,
        ...input,
      },
    });
    Object.assign(context, { isDryRun: options.isDryRun });
    await createCheckEnrolledRepositoryAction({
      integrations: ScmIntegrations.fromConfig(new ConfigReader(github.config)),
      clusterAccess: cluster,
      catalog: catalogServiceMock({
        entities: [
          {
            apiVersion: 'backstage.io/v1alpha1',
            kind: 'Component',
            metadata: { name: 'orders', namespace: 'default', annotations },
            relations: [
              { type: 'ownedBy', targetRef: 'group:default/shop' },
              { type: 'partOf', targetRef: 'group:default/visitors' },
            ],
          },
        ],
      }),
      permissions: mockServices.permissions.mock({
        authorize: async () => [
          {
            result: options.mayEnrol
              ? AuthorizeResult.ALLOW
              : AuthorizeResult.DENY,
          },
        ],
      }),
      userInfo: mockServices.userInfo.mock({
        getUserInfo: async () => ({
          userEntityRef: 'user:default/guest',
          ownershipEntityRefs: options.groups ?? ['group:default/shop'],
        }),
      }),
    }).handler(context);
    return Object.fromEntries((context.output as jest.Mock).mock.calls);
  }

  it('answers an owner where the repository is', async () => {
    await expect(check()).resolves.toEqual({
      name: 'orders',
      namespace: 'orders',
      path: 'deploy/app',
      host: github.host,
      repoOwner: 'acme',
      repoName: 'orders',
      repoUrl: `${github.host}?owner=acme&repo=orders`,
      repositoryUrl: `http://${github.host}/acme/orders`,
      defaultBranch: 'main',
      sshUrl: 'ssh://git@127.0.0.1/acme/orders.git',
      fleetRepoUrl: `${github.host}?owner=acme&repo=fleet-prod-eu`,
    });
    expect(cluster.writes()).toEqual([]);
  });

  it('refuses who does not own the component, unless he may enrol anything', async () => {
    const groups = ['group:default/visitors'];
    await expect(check({}, { groups })).rejects.toThrow(
      /^Component: component:default\/orders belongs to group:default\/shop, and you may not put it under Flux; ask its owners, or for the permission flux\.cluster\.enrol/,
    );
    await expect(check({}, { groups, mayEnrol: true })).resolves.toBeDefined();
  });

  it.each([
    ['another repository', 'acme/other/tree/main/catalog-info.yaml'],
    ['one with a longer name', 'acme/orders-2/tree/main/catalog-info.yaml'],
  ])(
    'refuses an owner whose component is described in %s',
    async (_what, path) => {
      annotations[
        'backstage.io/managed-by-location'
      ] = `url:http://${github.host}/${path}`;
      await expect(check()).rejects.toThrow(
        /is not described in acme\/orders itself/,
      );
      await expect(check({}, { mayEnrol: true })).resolves.toBeDefined();
    },
  );

  it.each([
    [{ entityRef: 'component:default/none' }, /the catalog has no .*none/],
    [{ path: 'nowhere' }, /^Path: acme\/orders has no folder nowhere on main/],
    [{ path: '../x' }, /^Path: '\.\.\/x' is no folder/],
    [{ name: 'Orders' }, /^Name: 'Orders' can’t be the name/],
    [{ fleetRepo: 'none' }, /^Fleet repository: acme\/none does not exist/],
    [{ cluster: 'moon' }, /Cluster: Backstage knows no 'moon'/],
  ])('refuses %j', async (input: any, message) => {
    await expect(check(input)).rejects.toThrow(message);
  });

  it('takes a folder only, not a file', async () => {
    github.answer(`${CONTENTS}/Dockerfile`, 200, { type: 'file' });
    await expect(check({ path: 'Dockerfile' })).rejects.toThrow(
      /^Path: acme\/orders has no folder Dockerfile/,
    );
    await expect(check({ path: '.' })).resolves.toMatchObject({ path: '' });
  });

  it('wants a slug, and a repository behind it', async () => {
    annotations['github.com/project-slug'] = 'orders';
    await expect(check()).rejects.toThrow(/names 'orders', which is no repos/);
    annotations['github.com/project-slug'] = 'acme/gone';
    await expect(check({}, { mayEnrol: true })).rejects.toThrow(
      /its repository acme\/gone does not exist/,
    );
  });

  it('wants the name and the namespace to be free, and Flux to be there', async () => {
    cluster.objects.set('/api/v1/namespaces/shop', {});
    github.answer(
      'GET /repos/acme/fleet-prod-eu/contents/apps/orders',
      200,
      [],
    );
    await expect(check({ namespace: 'shop' })).rejects.toThrow(
      /^Name: acme\/fleet-prod-eu has apps\/orders already.*\nNamespace: cluster 'prod-eu' has a namespace 'shop'/,
    );
    cluster.groups = ['source.toolkit.fluxcd.io'];
    await expect(check({ name: 'other' })).rejects.toThrow(
      /does not serve kustomize\.toolkit\.fluxcd\.io\/v1; install Flux 2\.9 with kustomize-controller/,
    );
  });

  it('asks nobody in a dry run', async () => {
    await expect(
      check({ repoOwner: 'acme' }, { isDryRun: true, groups: [] }),
    ).resolves.toMatchObject({
      repoUrl: `${github.host}?owner=acme&repo=orders`,
      sshUrl: expect.stringMatching(/^ssh:\/\/git@/),
      defaultBranch: 'main',
    });
    expect([...github.calls, ...cluster.calls]).toEqual([]);
  });
});
