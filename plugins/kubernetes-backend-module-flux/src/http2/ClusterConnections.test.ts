import { connect, createServer, AddressInfo, Socket } from 'node:net';
import { constants, Http2ServerResponse } from 'node:http2';
import { apiServer, certificate } from '../__testUtils__/apiServer';
import { lines } from '../__testUtils__/lines';
import { until } from '../__testUtils__/until';
import { ClusterConnections } from './ClusterConnections';
import { KeepAlive } from './Http2Connection';

const FLOOD = 'x'.repeat(256 * 1024);

const opened: ClusterConnections[] = [];

afterEach(() =>
  opened.splice(0).forEach(c => c.close(new Error('the test is over'))),
);

function connectionsTo(
  server: { url: string; ca: string },
  keepAlive?: KeepAlive,
) {
  const connections = ClusterConnections.create(
    {
      url: new URL(server.url),
      tls: { ca: server.ca, rejectUnauthorized: true },
    },
    { keepAlive },
  );
  opened.push(connections);
  return {
    get: (path: string, signal?: AbortSignal) =>
      connections.request({ method: 'GET', path, headers: {}, signal }),
    close: (reason: Error) => connections.close(reason),
  };
}

/** An API server whose every answer is a watch that never ends. */
async function watchServer(options?: Parameters<typeof apiServer>[1]) {
  const watches = new Map<string, Http2ServerResponse>();
  const server = await apiServer((request, response) => {
    watches.set(request.url, response);
    request.stream?.on('close', () => watches.delete(request.url));
    response.write(`${request.url}\n`);
  }, options);
  return { ...server, watches };
}

const paths = (count: number) => [...Array(count)].map((_, i) => `/watch/${i}`);

describe('ClusterConnections', () => {
  it('has all watches of a cluster share one connection', async () => {
    const server = await watchServer();
    const { get } = connectionsTo(server);
    const answers = await Promise.all(paths(30).map(path => get(path)));
    const firsts = await Promise.all(answers.map(answer => lines(answer)()));
    expect(firsts).toEqual(paths(30));
    expect(server.watches.size).toBe(30);
    expect(server.sockets).toHaveLength(1);
  });

  it('opens a second connection where the server allows no more streams', async () => {
    const server = await watchServer({ maxConcurrentStreams: 20 });
    const { get } = connectionsTo(server);
    const answers = await Promise.all(paths(45).map(path => get(path)));
    const firsts = await Promise.all(answers.map(answer => lines(answer)()));
    expect(firsts).toEqual(paths(45));
    expect(server.sockets).toHaveLength(3);
  });

  it('ends one watch at once and leaves the others', async () => {
    const server = await watchServer();
    const { get } = connectionsTo(server);
    const abort = new AbortController();
    const ended = lines(await get('/ended', abort.signal));
    const other = lines(await get('/other'));
    await Promise.all([ended(), other()]);
    abort.abort(new Error('enough'));
    await expect(ended()).rejects.toThrow('enough');
    await until(() => !server.watches.has('/ended'), 'the stream is closed');
    server.watches.get('/other')!.write('still here\n');
    await expect(other()).resolves.toBe('still here');
  });

  it('ends a watch whose body nobody wants any more', async () => {
    const server = await watchServer();
    const { get } = connectionsTo(server);
    const answer = await get('/cancelled');
    expect(server.watches.size).toBe(1);
    await answer.body!.cancel();
    await until(() => server.watches.size === 0, 'the stream is closed');
  });

  it('is not held up by a consumer that doesn’t read', async () => {
    let sent = 0;
    const server = await apiServer((request, response) => {
      if (request.url === '/flood') {
        const more = () => {
          sent += FLOOD.length;
          if (response.stream.writable) {
            response.write(FLOOD);
          }
        };
        response.on('drain', more);
        more();
      } else {
        response.write('told\n');
      }
    });
    const { get } = connectionsTo(server);
    const flood = await Promise.all([get('/flood'), get('/flood')]);
    let before = 0;
    let quiet = 0;
    await until(() => {
      quiet = sent === before ? quiet + 1 : 0;
      before = sent;
      return quiet === 20;
    }, 'the floods stand still');
    await expect(lines(await get('/watch'))()).resolves.toBe('told');
    // What is not read stays on the server
    expect(sent).toBeLessThan(16 * 1024 * 1024);
    await Promise.all(flood.map(answer => answer.body!.cancel()));
  });

  it('fails watches when the connection breaks, and makes a new one', async () => {
    const server = await watchServer();
    const { get } = connectionsTo(server);
    const next = lines(await get('/watch'));
    await next();
    const rest = next();
    server.sockets[0].destroy();
    await expect(rest).rejects.toThrow('ECONNRESET');
    await expect(lines(await get('/again'))()).resolves.toBe('/again');
    expect(server.sockets).toHaveLength(2);
  });

  it('does not take what was cut off for whole', async () => {
    const server = await apiServer((request, response) => {
      response.write('{"items":[');
      setImmediate(() =>
        request.stream.close(constants.NGHTTP2_INTERNAL_ERROR),
      );
    });
    const { get } = connectionsTo(server);
    const answer = await get('/list');
    await expect(answer.text()).rejects.toThrow();
  });

  it('lets watches end by themselves when the server goes away in peace', async () => {
    const server = await watchServer();
    const { get } = connectionsTo(server);
    const next = lines(await get('/watch'));
    await next();
    server.sessions[0].goaway();
    // Requests that cross with the GOAWAY are answered too
    await expect(lines(await get('/new'))()).resolves.toBe('/new');
    await expect(lines(await get('/newer'))()).resolves.toBe('/newer');
    expect(server.sockets).toHaveLength(2);
    server.watches.get('/watch')!.write('still here\n');
    await expect(next()).resolves.toBe('still here');
  });

  it('sends again what the server refused without looking at it', async () => {
    const urls: string[] = [];
    const server = await apiServer((request, response) => {
      urls.push(request.url);
      if (urls.length === 1) {
        request.stream.close(constants.NGHTTP2_REFUSED_STREAM);
      } else {
        response.end('done');
      }
    });
    const { get } = connectionsTo(server);
    await expect((await get('/apis')).text()).resolves.toBe('done');
    expect(urls).toEqual(['/apis', '/apis']);
  });

  it('takes another connection when this one has become too much for the server', async () => {
    const server = await watchServer();
    const { get } = connectionsTo(server);
    const next = lines(await get('/watch'));
    await next();
    const [first] = server.sessions;
    first.on('stream', stream =>
      stream.close(constants.NGHTTP2_ENHANCE_YOUR_CALM),
    );
    await expect(get('/refused')).rejects.toThrow('ENHANCE_YOUR_CALM');
    await expect(lines(await get('/again'))()).resolves.toBe('/again');
    expect(server.sessions).toHaveLength(2);
    // What is under way on the first goes on
    server.watches.get('/watch')!.write('still here\n');
    await expect(next()).resolves.toBe('still here');
  });

  it('notices a server that falls silent without a word', async () => {
    const server = await watchServer();
    const pairs: Socket[] = [];
    let dead = false;
    const relay = createServer(client => {
      const upstream = connect(server.port, '127.0.0.1');
      pairs.push(client, upstream);
      client.on('data', data => !dead && upstream.write(data));
      upstream.on('data', data => !dead && client.write(data));
      client.on('error', () => {});
      upstream.on('error', () => {});
    });
    await new Promise<void>(resolve => {
      relay.listen(0, '127.0.0.1', resolve);
    });
    const { port } = relay.address() as AddressInfo;
    const { get } = connectionsTo(
      { ...server, url: `https://127.0.0.1:${port}` },
      { everyMs: 50, timeoutMs: 100, idleMs: 60_000 },
    );
    const next = lines(await get('/watch'));
    await next();
    let pings = 0;
    server.sessions[0].on('ping', () => pings++);
    await until(() => pings >= 5, 'the server is asked whether it is there');
    server.watches.get('/watch')!.write('still here\n');
    await expect(next()).resolves.toBe('still here');
    dead = true;
    await expect(next()).rejects.toThrow('ETIMEDOUT');
    dead = false;
    await expect(lines(await get('/again'))()).resolves.toBe('/again');
    relay.close();
    pairs.forEach(socket => socket.destroy());
  });

  it('has nobody wait longer than they want for a connection', async () => {
    const silent = createServer();
    const sockets: Socket[] = [];
    silent.on('connection', socket => sockets.push(socket));
    await new Promise<void>(resolve => {
      silent.listen(0, '127.0.0.1', resolve);
    });
    const { port } = silent.address() as AddressInfo;
    const { get } = connectionsTo({
      url: `https://127.0.0.1:${port}`,
      ca: (await certificate()).cert,
    });
    await expect(get('/apis', AbortSignal.timeout(50))).rejects.toMatchObject({
      name: 'TimeoutError',
    });
    silent.close();
    sockets.forEach(socket => socket.destroy());
  });

  it('closes what nobody uses', async () => {
    const server = await apiServer((_, response) => response.end('done'));
    const { get } = connectionsTo(server, {
      everyMs: 20,
      timeoutMs: 1_000,
      idleMs: 50,
    });
    await (await get('/apis')).text();
    await until(() => server.sockets[0].destroyed, 'the connection is closed');
    await expect((await get('/apis')).text()).resolves.toBe('done');
  });

  it('ends everything with a reason when it is closed', async () => {
    const server = await watchServer();
    const { get, close } = connectionsTo(server);
    const next = lines(await get('/watch'));
    await next();
    const rest = next();
    close(new Error('the cluster was removed'));
    await expect(rest).rejects.toThrow('the cluster was removed');
    await expect(get('/apis')).rejects.toThrow('the cluster was removed');
    await until(() => server.sockets[0].destroyed, 'the connection is closed');
  });

  it('speaks HTTP/1.1 with those who know nothing else', async () => {
    const server = await watchServer({ http1Only: true });
    const { get } = connectionsTo(server);
    const abort = new AbortController();
    const one = lines(await get('/one', abort.signal));
    const two = lines(await get('/two'));
    await expect(one()).resolves.toBe('/one');
    await expect(two()).resolves.toBe('/two');
    abort.abort(new Error('enough'));
    await expect(one()).rejects.toThrow('enough');
    server.watches.get('/two')!.write('still here\n');
    await expect(two()).resolves.toBe('still here');
  });
});
