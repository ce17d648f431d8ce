import { mockApis, registerMswTestHooks } from '@backstage/frontend-test-utils';
import { http, HttpResponse } from 'msw';
import { setupServer } from 'msw/node';
import { minutesAgo, ordersRef, views } from '../__fixtures__';
import { FluxClient } from './FluxClient';

const base = 'http://127.0.0.1/api/flux';
const entity = `${base}/entities/default/component/orders`;
const server = setupServer();

describe('FluxClient', () => {
  registerMswTestHooks(server);
  const client = FluxClient.create({
    fetchApi: mockApis.fetch({
      resolvePluginProtocol: {
        discoveryApi: { getBaseUrl: async id => `http://127.0.0.1/api/${id}` },
      },
    }),
  });

  it('reads a view with its ETag, and knows when it has the newest', async () => {
    const view = views.failing();
    server.use(
      http.get(entity, ({ request }) =>
        request.headers.get('If-None-Match') === '"a"'
          ? new HttpResponse(null, { status: 304 })
          : HttpResponse.json(view, { headers: { ETag: '"a"' } }),
      ),
    );
    await expect(client.getEntityView(ordersRef)).resolves.toEqual({
      changed: true,
      view,
      etag: '"a"',
    });
    await expect(
      client.getEntityView('Component:default/Orders', { etag: '"a"' }),
    ).resolves.toEqual({ changed: false });
  });

  it('lists the clusters', async () => {
    const items = [
      { name: 'prod-eu', connection: { state: 'live', since: minutesAgo(1) } },
    ];
    server.use(
      http.get(`${base}/clusters`, () => HttpResponse.json({ items })),
    );
    await expect(client.listClusters()).resolves.toEqual(items);
  });

  it.each(['reconcile', 'suspend', 'resume'] as const)(
    'posts %s',
    async action => {
      const request = { resources: [], reason: 'Freeze' };
      server.use(
        http.post(`${entity}/actions/${action}`, async ({ request: sent }) => {
          expect(await sent.json()).toEqual(request);
          return HttpResponse.json({ results: [] });
        }),
      );
      await expect(client[action](ordersRef, request)).resolves.toEqual({
        results: [],
      });
    },
  );

  it('rejects with what the backend said', async () => {
    server.use(
      http.get(entity, () =>
        HttpResponse.json(
          {
            error: { name: 'NotAllowedError', message: 'Ask the owner' },
            request: {
              method: 'GET',
              url: '/entities/default/component/orders',
            },
            response: { statusCode: 403 },
          },
          { status: 403 },
        ),
      ),
      http.get(`${base}/clusters`, () =>
        HttpResponse.json(
          { error: { name: 'Error', message: 'No clusters' } },
          { status: 500 },
        ),
      ),
    );
    await expect(client.getEntityView(ordersRef)).rejects.toMatchObject({
      statusCode: 403,
      cause: { message: 'Ask the owner' },
    });
    await expect(client.listClusters()).rejects.toMatchObject({
      statusCode: 500,
    });
  });
});
