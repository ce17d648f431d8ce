import { createServer, IncomingMessage, ServerResponse } from 'node:http';
import {
  createSecureServer,
  Http2ServerRequest,
  Http2ServerResponse,
  ServerHttp2Session,
} from 'node:http2';
import { AddressInfo, Server, Socket } from 'node:net';
import { generate } from 'selfsigned';

type Answer = (
  request: Http2ServerRequest,
  response: Http2ServerResponse,
) => void;

const stops: (() => void)[] = [];

afterEach(() => stops.splice(0).forEach(stop => stop()));

/** A certificate for loopback, which is its own authority. */
export function certificate(name = 'test') {
  return generate([{ name: 'commonName', value: name }], {
    algorithm: 'sha256',
    keySize: 2048,
    extensions: [
      { name: 'subjectAltName', altNames: [{ type: 7, ip: '127.0.0.1' }] },
    ],
  });
}

/** An HTTPS server that speaks HTTP/2, or HTTP/1.1 to those who can't, as a kube-apiserver does. */
export async function apiServer(
  answer: Answer,
  options: {
    maxConcurrentStreams?: number;
    http1Only?: boolean;
    /** The authority of client certificates. */
    clientCa?: string;
  } = {},
) {
  const { private: key, cert } = await certificate();
  const sessions: ServerHttp2Session[] = [];
  const server = createSecureServer(
    {
      key,
      cert,
      allowHTTP1: true,
      ...(options.http1Only ? { ALPNProtocols: ['http/1.1'] } : {}),
      ...(options.clientCa ? { ca: options.clientCa, requestCert: true } : {}),
      settings: { maxConcurrentStreams: options.maxConcurrentStreams ?? 250 },
    },
    answer,
  );
  server.on('session', session => {
    session.on('error', () => {});
    sessions.push(session);
  });
  const served = await serve(server, 'secureConnection');
  return {
    ...served,
    url: `https://127.0.0.1:${served.port}`,
    caData: Buffer.from(cert).toString('base64'),
    ca: cert,
    sessions,
  };
}

/** The same over plain HTTP/1.1, as `kubectl proxy` is. */
export async function plainApiServer(
  answer: (request: IncomingMessage, response: ServerResponse) => void,
) {
  const served = await serve(createServer(answer), 'connection');
  return { ...served, url: `http://127.0.0.1:${served.port}` };
}

async function serve(server: Server, connected: string) {
  const sockets: Socket[] = [];
  const raw: Socket[] = [];
  server.on(connected, socket => sockets.push(socket));
  server.on('connection', socket => raw.push(socket));
  const stop = () => {
    server.close();
    raw.forEach(socket => socket.destroy());
  };
  stops.push(stop);
  await new Promise<void>(resolve => {
    server.listen(0, '127.0.0.1', resolve);
  });
  return { port: (server.address() as AddressInfo).port, sockets, stop };
}
