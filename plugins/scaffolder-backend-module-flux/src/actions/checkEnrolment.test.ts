import { mockServices } from '@backstage/backend-test-utils';
import { ConfigReader } from '@backstage/config';
import { ScmIntegrations } from '@backstage/integration';
import { catalogServiceMock } from '@backstage/plugin-catalog-node/testUtils';
import { AuthorizeResult } from '@backstage/plugin-permission-common';
import { createMockActionContext } from '@backstage/plugin-scaffolder-node-test-utils';
import { FakeCluster } from '../__testUtils__/fakeCluster';
import { FakeGithub, startFakeGithub } from '../__testUtils__/fakeGithub';
import { createCheckEnrolmentAction } from './checkEnrolment';

/** Checkpoints, as they last from one try of a task to the next. */
function rememberAll() {
  const kept = new Map<string, string>();
  return async ({ key, fn }: any) => {
    if (!kept.has(key)) {
      kept.set(key, JSON.stringify(await fn()));
    }
    return JSON.parse(kept.get(key)!);
  };
}

describe('flux:enrolment:check', () => {
  let github: FakeGithub;
  let cluster: FakeCluster;
  beforeEach(async () => {
    github = await startFakeGithub();
    cluster = new FakeCluster();
  });
  afterEach(() => github.stop());

  async function check(
    input: Record<string, string | string[]> = {},
    options: {
      mayEnrol?: boolean;
      entities?: any[];
      isDryRun?: boolean;
      checkpoint?: (opts: any) => Promise<any>;
    } = {},
  ) {
    const action = createCheckEnrolmentAction({
      integrations: ScmIntegrations.fromConfig(new ConfigReader(github.config)),
      clusterAccess: cluster,
      catalog: catalogServiceMock({ entities: options.entities ?? [] }),
      permissions: mockServices.permissions.mock({
        authorize: async () => [
          {
            result:
              options.mayEnrol === false
                ? AuthorizeResult.DENY
                : AuthorizeResult.ALLOW,
          },
        ],
      }),
    });
    const context = createMockActionContext<any>({
      input: {
        name: 'orders',
        cluster: 'prod-eu',
        enrolment: 'fleet',
        repoOwner: 'acme',
        host: github.host,
        registry: 'ghcr.io',
        ...input,
      },
    });
    Object.assign(context, { isDryRun: options.isDryRun });
    if (options.checkpoint) {
      Object.assign(context, { checkpoint: options.checkpoint });
    }
    try {
      await action.handler(context);
    } finally {
      // A check changes nothing, whatever it finds
      expect(cluster.writes()).toEqual([]);
      expect(github.calls.map(call => call.method)).not.toContain('POST');
    }
    return Object.fromEntries((context.output as jest.Mock).mock.calls);
  }

  it('answers what follows from the form', async () => {
    await expect(check()).resolves.toEqual({
      host: github.host,
      repoOwner: 'acme',
      repoUrl: `${github.host}?owner=acme&repo=orders`,
      fleetRepoUrl: `${github.host}?owner=acme&repo=fleet-prod-eu`,
      registry: 'ghcr.io',
      image: 'ghcr.io/acme/orders',
      insecure: false,
    });
  });

  it('reads a fleet repository of another owner', async () => {
    github.addRepository('platform/clusters');
    const output = await check({ fleetRepo: 'platform/clusters' });
    expect(output.fleetRepoUrl).toBe(
      `${github.host}?owner=platform&repo=clusters`,
    );
  });

  it('spells the owner as GitHub does, in a later try too', async () => {
    github.answer('GET /users/acme', 200, { login: 'Acme' });
    const spelled = {
      repoOwner: 'Acme',
      repoUrl: `${github.host}?owner=Acme&repo=orders`,
      fleetRepoUrl: `${github.host}?owner=Acme&repo=fleet-prod-eu`,
      image: 'ghcr.io/acme/orders',
    };
    const checkpoint = rememberAll();
    await expect(check({}, { checkpoint })).resolves.toMatchObject(spelled);
    github.answer('GET /users/acme', 500);
    await expect(check({}, { checkpoint })).resolves.toMatchObject(spelled);
  });

  it('takes plain HTTP for a registry on loopback, or where it is asked to', async () => {
    const asked = await check({ registry: 'http://172.18.0.1:4111' });
    expect(asked).toMatchObject({
      insecure: true,
      registry: '172.18.0.1:4111',
      image: expect.stringMatching(/^172\.18\.0\.1:4111\//),
    });
    expect((await check({ registry: 'https://ghcr.io' })).insecure).toBe(false);
    expect((await check({ registry: '127.0.0.1:4011' })).insecure).toBe(true);
    expect((await check({ registry: '127.0.0.1.example.com' })).insecure).toBe(
      false,
    );
  });

  it('needs an owner', async () => {
    await expect(check({ repoOwner: '' })).rejects.toThrow(
      /^GitHub organisation: .*fill in the field/,
    );
  });

  it('refuses a name that a repository has', async () => {
    github.addRepository('acme/orders');
    await expect(check()).rejects.toThrow(
      /^Name: acme\/orders exists on .*; if an earlier task of yours made it, retry that task at \/create\/tasks; else choose another name/,
    );
  });

  it('refuses a name that the fleet has', async () => {
    github.answer(
      'GET /repos/acme/fleet-prod-eu/contents/apps/orders',
      200,
      [],
    );
    await expect(check()).rejects.toThrow(
      /^Name: acme\/fleet-prod-eu has apps\/orders already/,
    );
  });

  it('refuses a name that the cluster has', async () => {
    cluster.objects.set('/api/v1/namespaces/orders', {});
    await expect(check()).rejects.toThrow(
      /^Name: cluster 'prod-eu' has a namespace 'orders' already/,
    );
  });

  it('refuses a name that the catalog has', async () => {
    const entity = {
      apiVersion: 'backstage.io/v1alpha1',
      kind: 'Component',
      metadata: { name: 'orders', namespace: 'default' },
    };
    await expect(check({}, { entities: [entity] })).rejects.toThrow(
      /^Name: the catalog has component:default\/orders already/,
    );
  });

  it('refuses an owner that does not exist', async () => {
    github.answer('GET /users/acme', 404, { message: 'Not Found' });
    await expect(check()).rejects.toThrow(
      /^GitHub organisation: .* knows no 'acme'/,
    );
  });

  it('refuses a host that Backstage is not connected to', async () => {
    await expect(check({ host: 'git.example.com' })).rejects.toThrow(
      /not connected to a GitHub at 'git.example.com'; add it under integrations.github/,
    );
  });

  it('says what a token may not do', async () => {
    github.answer('GET /repos/acme/orders', 401, {
      message: 'Bad credentials',
    });
    await expect(check()).rejects.toThrow(
      /refused to look up acme\/orders.*Bad credentials.*token/,
    );
  });

  it('refuses a fleet repository that is not there', async () => {
    await expect(check({ cluster: 'staging' })).rejects.toThrow(
      /^Fleet repository: acme\/fleet-staging does not exist/,
    );
  });

  it('needs no fleet repository for a direct enrolment, but the permission', async () => {
    const input = { enrolment: 'direct', cluster: 'staging' };
    await expect(check(input)).resolves.toMatchObject({ repoOwner: 'acme' });
    await expect(check(input, { mayEnrol: false })).rejects.toThrow(
      /flux\.cluster\.enrol/,
    );
  });

  it('refuses a cluster that Backstage does not know', async () => {
    await expect(
      check({ cluster: 'moon', enrolment: 'direct' }),
    ).rejects.toThrow(
      /^Cluster: Backstage knows no 'moon'; choose one of prod-eu, staging/,
    );
  });

  it('refuses a cluster that does not answer', async () => {
    cluster.fail = () => new Error('connect ECONNREFUSED');
    await expect(check()).rejects.toThrow(
      /Cluster 'prod-eu' can’t be reached.*ECONNREFUSED/,
    );
  });

  it('refuses a cluster without the image controllers', async () => {
    cluster.groups = cluster.groups.filter(group => !group.startsWith('image'));
    await expect(check()).rejects.toThrow(
      /does not serve image\.toolkit\.fluxcd\.io\/v1; install Flux 2\.9 with image-reflector-controller and image-automation-controller there, or choose another cluster/,
    );
  });

  it('refuses a cluster that hides its namespaces', async () => {
    cluster.fail = ({ path }) =>
      path === '/api/v1/namespaces/orders'
        ? FakeCluster.failure(
            403,
            'Forbidden',
            'namespaces "orders" is forbidden',
          )
        : undefined;
    await expect(check()).rejects.toThrow(
      /is forbidden; give the account that Backstage uses/,
    );
  });

  it('tells everything that is wrong at once', async () => {
    github.addRepository('acme/orders');
    cluster.objects.set('/api/v1/namespaces/orders', {});
    await expect(check()).rejects.toThrow(
      /acme\/orders exists[\s\S]*has a namespace/,
    );
  });

  it('wants every namespace to be free', async () => {
    cluster.objects.set('/api/v1/namespaces/orders', {});
    const namespaces = ['orders-staging', 'orders-production'];
    await expect(check({ namespaces })).resolves.toBeDefined();
    await expect(check({ namespace: 'shop' })).resolves.toBeDefined();
    for (const name of [...namespaces, 'shop']) {
      cluster.objects.set(`/api/v1/namespaces/${name}`, {});
    }
    await expect(check({ namespaces })).rejects.toThrow(
      /namespace 'orders-staging' already.*\n.*namespace 'orders-production' already/,
    );
    await expect(check({ namespace: 'shop' })).rejects.toThrow(
      /^Namespace: cluster 'prod-eu' has a namespace 'shop' already/,
    );
  });

  it.each(['Shop', '../nodes', 'shop-', 'a'.repeat(64)])(
    'refuses what can’t be a namespace: %s',
    async namespace => {
      await expect(check({ namespace })).rejects.toThrow(
        `Namespace: '${namespace}' can’t be the name of a namespace`,
      );
      expect(
        cluster.calls.filter(({ path }) => /namespaces/.test(path)),
      ).toEqual([]);
    },
  );

  it('wants the APIs that the form’s choices need', async () => {
    const apis = ['projectcontour.io/v1', 'flagger.app/v1'];
    await expect(check({ apis })).rejects.toThrow(
      [
        "Cluster: 'prod-eu' does not serve projectcontour.io/v1; install Contour there, or choose another exposure",
        "Cluster: 'prod-eu' does not serve flagger.app/v1; install Flagger there, or choose the rolling rollout",
      ].join('\n'),
    );
    cluster.groups = [...cluster.groups, 'projectcontour.io', 'flagger.app'];
    await expect(check({ apis })).resolves.toBeDefined();
  });

  it('asks nobody in a dry run', async () => {
    github.addRepository('acme/orders');
    const output = await check({ cluster: 'moon' }, { isDryRun: true });
    expect(output.fleetRepoUrl).toBe(
      `${github.host}?owner=acme&repo=fleet-moon`,
    );
    expect([...github.calls, ...cluster.calls]).toEqual([]);
  });

  it('does not mind what an earlier try of the same task made', async () => {
    const checkpoint = rememberAll();
    github.answer('GET /users/acme', 404, { message: 'Not Found' });
    await expect(check({}, { checkpoint })).rejects.toThrow(/knows no 'acme'/);
    github.answer('GET /users/acme', 200, { login: 'acme' });
    const before = await check({}, { checkpoint });
    github.addRepository('acme/orders');
    cluster.objects.set('/api/v1/namespaces/orders', {});
    await expect(check({}, { checkpoint })).resolves.toEqual(before);
    await expect(check()).rejects.toThrow(/retry that task/);
  });
});
