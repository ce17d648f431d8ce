// Doors: the small forwarders through which Backstage and the controllers reach the registry and the
// cluster, so that a test can take either away and give it back. The tests open and close them over HTTP:
// PUT /doors/registry {"open": false}
import { once } from 'node:events';
import { createServer as createHttpServer } from 'node:http';
import { connect, createServer } from 'node:net';

/** A closed door refuses connections and has cut those that were open. */
export async function startTcpDoor({ port, host = '127.0.0.1', target }) {
  const { hostname, port: targetPort } = new URL(target);
  const sockets = new Set();
  const server = createServer(socket => {
    const upstream = connect(Number(targetPort), hostname);
    for (const [from, to] of [
      [socket, upstream],
      [upstream, socket],
    ]) {
      sockets.add(from);
      from.on('close', () => {
        sockets.delete(from);
        to.destroy();
      });
      // The other end learns of it by the close
      from.on('error', () => {});
      from.pipe(to);
    }
  });

  const door = {
    async open() {
      if (!server.listening) {
        server.listen(port, host);
        await once(server, 'listening');
      }
    },
    async close() {
      if (server.listening) {
        const closed = once(server, 'close');
        server.close();
        sockets.forEach(socket => socket.destroy());
        await closed;
      }
    },
  };
  await door.open();
  return door;
}

/** Lets the tests open and close doors, by name. */
export async function startDoorKeeper({ port, doors }) {
  const server = createHttpServer(async (request, response) => {
    const [, name] = /^\/doors\/([a-z]+)$/.exec(request.url) ?? [];
    const door = doors[name];
    if (request.method !== 'PUT' || !door) {
      response.writeHead(404).end(`There is no door at ${request.url}`);
      return;
    }
    try {
      let body = '';
      for await (const chunk of request) {
        body += chunk;
      }
      await (JSON.parse(body).open ? door.open() : door.close());
      response.writeHead(204).end();
    } catch (error) {
      response.writeHead(500).end(String(error));
    }
  });
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${server.address().port}`,
    close: () => server.close(),
  };
}
