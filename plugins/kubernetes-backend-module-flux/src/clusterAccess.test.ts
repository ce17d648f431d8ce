import { apiServer, plainApiServer } from './__testUtils__/apiServer';
import { accessBy, Adapter } from './__testUtils__/backend';
import { lines } from './__testUtils__/lines';
import { compressionModule, strategyModule } from './__testUtils__/modules';
import { until } from './__testUtils__/until';

describe.each<Adapter>(['proxy', 'direct'])('clusters by %s', adapter => {
  it('are listed with their titles', async () => {
    const { access } = await accessBy(adapter, [
      { name: 'prod-eu', title: 'EU', url: 'https://127.0.0.1:1' },
      { name: 'staging', url: 'https://127.0.0.1:1' },
    ]);
    await expect(access.listClusters()).resolves.toEqual([
      { name: 'prod-eu', title: 'EU' },
      { name: 'staging' },
    ]);
  });

  it('are asked below the path of their address, as Backstage', async () => {
    const { url, caData } = await apiServer((request, response) => {
      response.setHeader('content-type', 'application/json');
      response.end(
        JSON.stringify({
          url: request.url,
          accept: request.headers.accept,
          authorization: request.headers.authorization,
        }),
      );
    });
    const { access } = await accessBy(adapter, [
      { name: 'prod', url: `${url}/k8s/clusters/c-1`, caData },
    ]);
    const response = await access.request('prod', '/api/v1/pods?limit=1', {
      headers: { Accept: 'application/json' },
    });
    expect(response).toBeInstanceOf(Response);
    expect(response.headers.get('content-type')).toBe('application/json');
    await expect(response.json()).resolves.toEqual({
      url: '/k8s/clusters/c-1/api/v1/pods?limit=1',
      accept: 'application/json',
      authorization: 'Bearer test-backstage',
    });
  });

  it('are asked over plain http too', async () => {
    const { url } = await plainApiServer((request, response) =>
      response.end(`${request.method} ${request.url}`),
    );
    const { access } = await accessBy(adapter, [{ name: 'prod', url }]);
    const response = await access.request('prod', '/apis');
    await expect(response.text()).resolves.toBe('GET /apis');
  });

  it('get patches with their type and body', async () => {
    const { url, caData } = await apiServer(async (request, response) => {
      const body = [];
      for await (const chunk of request) {
        body.push(chunk);
      }
      response.statusCode = 201;
      response.end(
        [
          request.method,
          request.headers['content-type'],
          Buffer.concat(body).toString(),
        ].join(' '),
      );
    });
    const { access } = await accessBy(adapter, [{ name: 'prod', url, caData }]);
    const response = await access.request('prod', '/api/v1/pods/a', {
      method: 'PATCH',
      headers: { 'Content-Type': 'application/merge-patch+json' },
      body: '{"metadata":{"labels":{"ä":"1"}}}',
    });
    expect(response.status).toBe(201);
    await expect(response.text()).resolves.toBe(
      'PATCH application/merge-patch+json {"metadata":{"labels":{"ä":"1"}}}',
    );
  });

  it('have their errors handed on', async () => {
    const { url, caData } = await apiServer((_, response) => {
      response.statusCode = 410;
      response.setHeader('content-type', 'application/json');
      response.setHeader('retry-after', '7');
      response.end('{"kind":"Status","code":410,"reason":"Expired"}');
    });
    const { access } = await accessBy(adapter, [{ name: 'prod', url, caData }]);
    const response = await access.request('prod', '/apis');
    expect(response.status).toBe(410);
    expect(response.headers.get('retry-after')).toBe('7');
    await expect(response.json()).resolves.toMatchObject({ reason: 'Expired' });
  });

  it('may answer at length', async () => {
    const items = 'x'.repeat(10 * 1024 * 1024);
    const { url, caData } = await apiServer((_, response) =>
      response.end(items),
    );
    const { access } = await accessBy(adapter, [{ name: 'prod', url, caData }]);
    const response = await access.request('prod', '/apis');
    expect((await response.text()) === items).toBe(true);
  });

  it('may say that nothing has changed', async () => {
    const { url, caData } = await apiServer((_, response) => {
      response.statusCode = 304;
      response.setHeader('etag', '"1"');
      response.end();
    });
    const { access } = await accessBy(adapter, [{ name: 'prod', url, caData }]);
    const response = await access.request('prod', '/apis');
    expect(response.status).toBe(304);
    expect(response.headers.get('etag')).toBe('"1"');
    await expect(response.text()).resolves.toBe('');
  });

  it('that nobody knows are not found', async () => {
    const { access } = await accessBy(adapter, [
      { name: 'prod', url: 'https://127.0.0.1:1' },
    ]);
    await expect(access.request('nowhere', '/apis')).rejects.toMatchObject({
      name: 'NotFoundError',
      message: "The Kubernetes plugin knows no cluster 'nowhere'",
    });
  });

  it.each(['http', 'https'])('that are away say so, over %s', async scheme => {
    const { port, stop } = await plainApiServer(() => {});
    stop();
    const { access } = await accessBy(adapter, [
      { name: 'prod', url: `${scheme}://127.0.0.1:${port}` },
    ]);
    await expect(access.request('prod', '/apis')).rejects.toMatchObject({
      name: 'ServiceUnavailableError',
      message: expect.stringMatching(
        /^Cluster 'prod' can’t be reached.*ECONNREFUSED/,
      ),
    });
  });

  it('that hang up without an answer say so', async () => {
    const { url, caData } = await apiServer(request =>
      request.socket.destroy(),
    );
    const { access } = await accessBy(adapter, [{ name: 'prod', url, caData }]);
    await expect(access.request('prod', '/apis')).rejects.toMatchObject({
      name: 'ServiceUnavailableError',
      message: expect.stringMatching(
        /^Cluster 'prod' can’t be reached.*(ECONNRESET|socket hang up)/,
      ),
    });
  });

  it('are only believed with the right certificate', async () => {
    const real = await apiServer((_, response) => response.end('secret'));
    const other = await apiServer(() => {});
    const { access } = await accessBy(adapter, [
      { name: 'wrong', url: real.url, caData: other.caData },
      { name: 'unchecked', url: real.url, skipTLSVerify: true },
    ]);
    await expect(access.request('wrong', '/apis')).rejects.toMatchObject({
      name: 'ServiceUnavailableError',
      message: expect.stringMatching(
        /^Cluster 'wrong' can’t be reached.*certificate/,
      ),
    });
    const response = await access.request('unchecked', '/apis');
    await expect(response.text()).resolves.toBe('secret');
  });

  it('tell of changes as they happen', async () => {
    const told: ((line: string) => void)[] = [];
    const { url, caData } = await apiServer((_, response) => {
      response.setHeader('content-type', 'application/json');
      response.write('{"type":"ADDED"}\n');
      told.push(line => response.write(line));
    });
    const { access } = await accessBy(
      adapter,
      [{ name: 'prod', url, caData }],
      adapter === 'proxy' ? { features: [compressionModule] } : {},
    );
    const abort = new AbortController();
    const response = await access.request('prod', '/api/v1/pods?watch=true', {
      signal: abort.signal,
    });
    const next = lines(response);
    await expect(next()).resolves.toBe('{"type":"ADDED"}');
    told[0]('{"type":"MODIFIED"}\n');
    await expect(next()).resolves.toBe('{"type":"MODIFIED"}');
    abort.abort();
  });

  it('are asked with the credentials of the moment', async () => {
    const { url, caData } = await apiServer((request, response) =>
      response.end(`${request.headers.authorization}`),
    );
    let token = 0;
    const { access } = await accessBy(
      adapter,
      [{ name: 'prod', url, caData, authProvider: 'changing' }],
      {
        features: [
          strategyModule('changing', async () => ({
            type: 'bearer token',
            token: `token-${++token}`,
          })),
        ],
      },
    );
    const first = await access.request('prod', '/apis');
    await expect(first.text()).resolves.toBe('Bearer token-1');
    const second = await access.request('prod', '/apis');
    await expect(second.text()).resolves.toBe('Bearer token-2');
  });

  it('that only take a person’s token say so', async () => {
    const { access } = await accessBy(adapter, [
      { name: 'prod', url: 'https://127.0.0.1:1', authProvider: 'google' },
    ]);
    await expect(access.request('prod', '/apis')).rejects.toMatchObject({
      name: 'ServiceUnavailableError',
      message: expect.stringMatching(/'prod'.*Google token not found/),
    });
  });

  it('stop answering whoever gives up, and say why', async () => {
    let open = 0;
    const { url, caData } = await apiServer((request, response) => {
      open++;
      request.stream?.on('close', () => open--);
      response.write('{}\n');
    });
    const { access } = await accessBy(adapter, [{ name: 'prod', url, caData }]);
    const abort = new AbortController();
    const response = await access.request('prod', '/api/v1/pods?watch=true', {
      signal: abort.signal,
    });
    const next = lines(response);
    await next();
    const rest = next();
    abort.abort(new Error('not needed any more'));
    await expect(rest).rejects.toThrow('not needed any more');
    // The proxy leaves the upstream request open until the API server ends it
    await until(
      () => open === (adapter === 'direct' ? 0 : 1),
      'the request to the API server has the state that the adapter promises',
    );
    await expect(
      access.request('prod', '/apis', { signal: abort.signal }),
    ).rejects.toThrow('not needed any more');
  });
});
