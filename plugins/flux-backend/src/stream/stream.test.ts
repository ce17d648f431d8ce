import {
  coreServices,
  createServiceFactory,
} from '@backstage/backend-plugin-api';
import { mockCredentials, mockServices } from '@backstage/backend-test-utils';
import { AuthorizeResult } from '@backstage/plugin-permission-common';
import { TestCluster, startCluster } from '../__testUtils__/cluster';
import { EventReader } from '../__testUtils__/EventReader';
import { paymentsEntity, startFluxBackend } from '../__testUtils__/fluxBackend';
import { PAYMENTS, resource } from '../__testUtils__/views';

const payments = 'component:default/payments';
const STREAM = `/stream?entity=${payments}`;

const orders = {
  ...paymentsEntity,
  metadata: {
    name: 'orders',
    namespace: 'default',
    annotations: { 'fluxcd.io/resources': 'nothing-of-flux' },
  },
};

describe('GET /stream', () => {
  let api: TestCluster;

  beforeEach(async () => {
    api = await startCluster();
  });

  afterEach(() => api.close());

  const start = (
    options: Partial<Parameters<typeof startFluxBackend>[0]> = {},
  ) => startFluxBackend({ clusters: { 'prod-eu': api.url }, ...options });

  it('sends the view, and then each change of it', async () => {
    const backend = await start();
    await backend.get(PAYMENTS).expect(200);
    const response = await backend.open(STREAM);
    expect(response.headers.get('content-type')).toBe('text/event-stream');
    const events = new EventReader(response);
    const first = await events.next();
    const { body, headers } = await backend.get(PAYMENTS).expect(200);
    expect(first).toEqual({
      event: 'view',
      data: { entityRef: payments, etag: expect.any(String), view: body },
    });
    expect(headers.etag).toBe(`"${first!.data.etag}"`);

    api.change('Kustomization', 'payments', object => {
      object.spec.suspend = true;
    });
    const second = await events.next();
    expect(second).toMatchObject({
      event: 'view',
      data: { view: { status: { state: 'suspended' } } },
    });
    expect(second!.data.etag).not.toBe(first!.data.etag);
    await events.close();
  });

  it('sends what was missed to those who come again, and nothing to those who missed nothing', async () => {
    const backend = await start();
    const { headers } = await backend.get(PAYMENTS).expect(200);
    const has = { 'last-event-id': headers.etag.replaceAll('"', '') };
    const same = new EventReader(await backend.open(STREAM, { headers: has }));
    expect(await same.next()).toEqual({
      event: 'unchanged',
      data: { entityRef: payments },
    });
    await same.close();

    api.change('Kustomization', 'payments', object => {
      object.spec.suspend = true;
    });
    const later = new EventReader(await backend.open(STREAM, { headers: has }));
    // The change may still be on its way when the stream begins
    let next = await later.next();
    if (next?.event === 'unchanged') {
      next = await later.next();
    }
    const { view } = next!.data;
    expect(resource(view, 'Kustomization', 'payments').status.state).toBe(
      'suspended',
    );
    await later.close();
  });

  it('tells of an entity that can’t be shown, and goes on for the others', async () => {
    const backend = await start({ entities: [paymentsEntity, orders] });
    const events = new EventReader(
      await backend.open(
        `${STREAM}&entity=component:default/nobody&entity=Component:orders`,
      ),
    );
    const told = [
      await events.next(),
      await events.next(),
      await events.next(),
    ].sort((a, b) => (a!.data.entityRef < b!.data.entityRef ? -1 : 1));
    expect(told).toEqual([
      {
        event: 'failed',
        data: {
          entityRef: 'component:default/nobody',
          error: {
            name: 'NotFoundError',
            message: expect.stringContaining('component:default/nobody'),
            statusCode: 404,
          },
        },
      },
      {
        event: 'failed',
        data: {
          entityRef: 'component:default/orders',
          error: {
            name: 'InputError',
            message: expect.stringContaining('nothing-of-flux'),
            statusCode: 400,
          },
        },
      },
      expect.objectContaining({ event: 'view' }),
    ]);
    await events.close();
  });

  it('tells which permission is missing', async () => {
    const backend = await start({
      services: [
        mockServices.permissions.factory({ result: AuthorizeResult.DENY }),
      ],
    });
    const events = new EventReader(await backend.open(STREAM));
    expect(await events.next()).toMatchObject({
      event: 'failed',
      data: { error: { name: 'NotFoundError' } },
    });
    await events.close();
  });

  it('tells a reader who may not see the entity any more, and shows no more of it', async () => {
    let result: AuthorizeResult.ALLOW | AuthorizeResult.DENY =
      AuthorizeResult.ALLOW;
    const intervals = jest.spyOn(global, 'setInterval');
    const backend = await start({
      services: [
        mockServices.permissions.mock({
          authorize: async requests => requests.map(() => ({ result })),
        }).factory,
      ],
    });
    const events = new EventReader(await backend.open(STREAM));
    expect(await events.next()).toMatchObject({ event: 'view' });

    // It looks every few minutes, which nobody waits for here
    const looks = intervals.mock.calls.filter(([, ms]) => ms === 60_000);
    const now = performance.now.bind(performance);
    const later = jest
      .spyOn(performance, 'now')
      .mockImplementation(() => now() + 10 * 60_000);
    result = AuthorizeResult.DENY;
    looks.forEach(([look]) => look());
    expect(await events.next()).toMatchObject({
      event: 'failed',
      data: { entityRef: payments, error: { statusCode: 404 } },
    });
    later.mockRestore();
    intervals.mockRestore();
    await events.close();
  });

  it('ends when the token of the reader expires', async () => {
    const backend = await start({
      services: [
        createServiceFactory({
          service: coreServices.httpAuth,
          deps: {},
          factory: () => ({
            credentials: async () => ({
              ...(mockCredentials.user() as any),
              expiresAt: new Date(Date.now() + 300),
            }),
            issueUserCookie: async () => ({ expiresAt: new Date() }),
          }),
        }),
      ],
    });
    const events = new EventReader(await backend.open(STREAM));
    expect(await events.next()).toMatchObject({ event: 'view' });
    expect(await events.next()).toBeUndefined();
  });

  it('ends when the backend does', async () => {
    const backend = await start();
    const events = new EventReader(await backend.open(STREAM));
    expect(await events.next()).toMatchObject({ event: 'view' });
    const stopped = backend.stop();
    expect(await events.next()).toBeUndefined();
    await stopped;
  });

  it('asks the clusters for nothing, however many look', async () => {
    const backend = await start();
    const first = new EventReader(await backend.open(STREAM));
    await first.next();
    const asked = () =>
      api.requests.filter(request => request !== 'GET /apis').length;
    const before = asked();
    const readers = await Promise.all(
      Array.from({ length: 20 }, async () => {
        const reader = new EventReader(await backend.open(STREAM));
        expect(await reader.next()).toMatchObject({ event: 'view' });
        return reader;
      }),
    );
    await Promise.all(
      Array.from({ length: 20 }, () => backend.get(PAYMENTS).expect(200)),
    );
    expect(asked()).toBe(before);
    await Promise.all([first, ...readers].map(reader => reader.close()));
  });
});
