import { isIP } from 'node:net';
import { connect, TLSSocket } from 'node:tls';
import { ClusterEndpoint } from './ClusterEndpoint';

const TIMEOUT_MS = 10_000;

/** Connects, and agrees with the server on HTTP/2 or HTTP/1.1 as `alpnProtocol` of the socket tells. */
export function openTlsSocket({
  url,
  tls,
}: ClusterEndpoint): Promise<TLSSocket> {
  const host = hostOf(url);
  return new Promise((resolve, reject) => {
    const socket = connect({
      ...tls,
      host,
      port: Number(url.port || 443),
      // An address is no name that a server could be asked for
      servername: isIP(host) ? undefined : host,
      ALPNProtocols: ['h2', 'http/1.1'],
    });
    socket.setNoDelay(true);
    const timer = setTimeout(
      () => socket.destroy(new Error(`connect ETIMEDOUT ${url.host}`)),
      TIMEOUT_MS,
    );
    socket.once('error', reject);
    socket.once('close', () => {
      clearTimeout(timer);
      reject(new Error(`ECONNRESET: ${url.host} closed the connection`));
    });
    socket.once('secureConnect', () => {
      clearTimeout(timer);
      socket.off('error', reject);
      resolve(socket);
    });
  });
}

function hostOf(url: URL): string {
  return url.hostname.replace(/^\[(.*)\]$/, '$1');
}
