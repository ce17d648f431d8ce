import { catalogServiceMock } from '@backstage/plugin-catalog-node/testUtils';
import { createMockActionContext } from '@backstage/plugin-scaffolder-node-test-utils';
import { createAwaitEntityAction } from './awaitEntity';

const orders = {
  apiVersion: 'backstage.io/v1alpha1',
  kind: 'Component',
  metadata: { name: 'orders', namespace: 'default' },
};

function run(options: {
  /** How often the catalog does not know the entity before it does. */
  misses: number;
  timeoutSeconds?: number;
  signal?: AbortSignal;
}) {
  const catalog = catalogServiceMock.mock();
  let asked = 0;
  catalog.getEntityByRef.mockImplementation(async () =>
    asked++ < options.misses ? undefined : orders,
  );
  const context = createMockActionContext<any>({
    input: {
      entityRef: 'component:default/orders',
      timeoutSeconds: options.timeoutSeconds,
    },
  });
  if (options.signal) {
    context.signal = options.signal;
  }
  const action = createAwaitEntityAction({ catalog, pollMs: 1 });
  return { done: action.handler(context), catalog, context };
}

describe('flux:entity:await', () => {
  it('ends once the catalog has the entity', async () => {
    const { done, catalog } = run({ misses: 2 });
    await done;
    expect(catalog.getEntityByRef).toHaveBeenCalledTimes(3);
    expect(catalog.getEntityByRef).toHaveBeenCalledWith(
      'component:default/orders',
      { credentials: expect.anything() },
    );
  });

  it('does not undo a finished template because the catalog is slow', async () => {
    const { done, context } = run({ misses: Infinity, timeoutSeconds: 0.05 });
    const warn = jest.spyOn(context.logger, 'warn');
    await done;
    expect(warn).toHaveBeenCalledWith(
      expect.stringContaining('it will appear by itself'),
    );
  });

  it('stops when the task is cancelled', async () => {
    const { done } = run({ misses: Infinity, signal: AbortSignal.abort() });
    await expect(done).rejects.toThrow(/abort/i);
  });
});
