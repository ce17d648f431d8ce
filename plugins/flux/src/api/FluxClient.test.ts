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

  describe('streams', () => {
    const encoder = new TextEncoder();
    const events = {
      view: (etag: string, view = views.failing()) =>
        `event: view\ndata: ${JSON.stringify({
          entityRef: ordersRef,
          etag,
          view,
        })}\n\n`,
      unchanged: `event: unchanged\ndata: {"entityRef":"${ordersRef}"}\n\n`,
      failed: `event: failed\ndata: ${JSON.stringify({
        entityRef: ordersRef,
        error: {
          name: 'NotAllowedError',
          message: 'Ask the owner',
          statusCode: 403,
        },
      })}\n\n`,
    };

    /** A backend that sends this and ends the stream. */
    function serve(chunks: Uint8Array[]) {
      const seen: { request?: Request } = {};
      server.use(
        http.get(`${base}/stream`, ({ request }) => {
          seen.request = request;
          const body = new ReadableStream<Uint8Array>({
            start(controller) {
              chunks.forEach(each => controller.enqueue(each));
              controller.close();
            },
          });
          return new HttpResponse(body, {
            headers: { 'Content-Type': 'text/event-stream' },
          });
        }),
      );
      return seen;
    }

    const open = (etags: string[] = []) =>
      client.streamEntityViews({
        entityRefs: [ordersRef, 'component:default/mail'],
        etags,
        signal: new AbortController().signal,
      });

    it('asks for entities with what there is of them, and ends with the response', async () => {
      const seen = serve([
        encoder.encode(
          `${events.unchanged}:\n\nevent: news\ndata: {}\n\n${events.view(
            'b',
          )}${events.failed}`,
        ),
      ]);
      const received = [];
      for await (const event of open(['"a"', 'W/"c"'])) {
        received.push(event);
      }
      expect(received).toMatchObject([
        { type: 'unchanged', entityRef: ordersRef },
        { type: 'alive' },
        {
          type: 'view',
          entityRef: ordersRef,
          etag: '"b"',
          view: { status: { state: 'failing' } },
        },
        {
          type: 'failed',
          entityRef: ordersRef,
          error: { name: 'NotAllowedError', message: 'Ask the owner' },
        },
      ]);
      const { url, headers } = seen.request!;
      expect(new URL(url).searchParams.getAll('entity')).toEqual([
        ordersRef,
        'component:default/mail',
      ]);
      expect(headers.get('Last-Event-ID')).toBe('a,c');
    });

    it('puts together what arrives in pieces', async () => {
      const view = views.failing();
      const bytes = encoder.encode(events.view('b', view));
      serve(Array.from(bytes, byte => Uint8Array.of(byte)));
      const received = [];
      for await (const event of open()) {
        received.push(event);
      }
      expect(received).toEqual([
        {
          type: 'view',
          entityRef: ordersRef,
          etag: '"b"',
          view: JSON.parse(JSON.stringify(view)),
        },
      ]);
    });

    it('closes the connection when nobody listens any more', async () => {
      const cancel = jest.fn();
      const body = new ReadableStream<Uint8Array>({
        start: controller =>
          controller.enqueue(encoder.encode(events.unchanged)),
        cancel,
      });
      const fetch = jest.fn().mockResolvedValue(
        new Response(body, {
          headers: { 'Content-Type': 'text/event-stream' },
        }),
      );
      const controller = new AbortController();
      const { signal } = controller;
      for await (const event of FluxClient.create({
        fetchApi: { fetch },
      }).streamEntityViews({ entityRefs: [ordersRef], etags: [], signal })) {
        expect(event.type).toBe('unchanged');
        break;
      }
      expect(cancel).toHaveBeenCalled();
      const sent: AbortSignal = fetch.mock.calls[0][1].signal;
      expect(sent.aborted).toBe(false);
      controller.abort();
      expect(sent.aborted).toBe(true);
    });

    it('rejects what is no stream', async () => {
      server.use(
        http.get(`${base}/stream`, () => HttpResponse.html('<html></html>')),
      );
      await expect(open().next()).rejects.toThrow('text/html');
      server.use(
        http.get(`${base}/stream`, () =>
          HttpResponse.json(
            {
              error: { name: 'InputError', message: 'No entity' },
              request: { method: 'GET', url: '/stream' },
              response: { statusCode: 400 },
            },
            { status: 400 },
          ),
        ),
      );
      await expect(open().next()).rejects.toMatchObject({
        statusCode: 400,
        cause: { message: 'No entity' },
      });
    });
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

  it.each([true, false])(
    'asks whether a namespace exists: %s',
    async exists => {
      server.use(
        http.get(`${base}/clusters/prod%2Feu/namespaces/orders`, () =>
          HttpResponse.json({ exists }),
        ),
      );
      await expect(client.namespaceExists('prod/eu', 'orders')).resolves.toBe(
        exists,
      );
    },
  );

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
