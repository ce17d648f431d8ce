import { createMockActionContext } from '@backstage/plugin-scaffolder-node-test-utils';
import { createPlanEnvironmentsAction } from './planEnvironments';

async function plan(
  input: Partial<
    Parameters<
      ReturnType<typeof createPlanEnvironmentsAction>['handler']
    >[0]['input']
  >,
) {
  const context = createMockActionContext({ input });
  await createPlanEnvironmentsAction().handler(context as any);
  return Object.fromEntries(
    (context.output as unknown as jest.Mock).mock.calls,
  );
}

describe('flux:environments:plan', () => {
  it('plans one environment that follows main', async () => {
    const output = await plan({
      environments: 'one',
      namespace: 'orders',
      rollout: 'canary',
      host: 'orders.example.com',
    });
    expect(output).toEqual({
      environments: [
        {
          folder: 'app',
          namespace: 'orders',
          images: true,
          host: 'orders.example.com',
          rollout: 'canary',
        },
      ],
      namespaces: ['orders'],
      staged: false,
      imageNamespace: 'orders',
    });
  });

  it('plans a staging that follows main and a production that is promoted to', async () => {
    const output = await plan({
      environments: 'staging-production',
      namespace: 'orders',
      rollout: 'canary',
      host: 'orders.example.com',
    });
    expect(output).toMatchObject({
      environments: [
        {
          folder: 'staging',
          images: true,
          host: 'staging.orders.example.com',
          rollout: 'rolling',
        },
        {
          folder: 'production',
          images: false,
          host: 'orders.example.com',
          rollout: 'canary',
        },
      ],
      namespaces: ['orders-staging', 'orders-production'],
      staged: true,
      imageNamespace: 'orders-staging',
    });
  });

  it('refuses to have the workflow tell Flux without saying where', async () => {
    await expect(
      plan({
        environments: 'one',
        namespace: 'orders',
        rollout: 'rolling',
        notify: 'push',
      }),
    ).rejects.toThrow(/^Where Flux listens: no address is given/);
  });

  it('leaves host names empty where nothing is exposed', async () => {
    const { environments } = await plan({
      environments: 'staging-production',
      namespace: 'orders',
      rollout: 'rolling',
    });
    expect(environments.map((each: { host: string }) => each.host)).toEqual([
      '',
      '',
    ]);
  });
});
