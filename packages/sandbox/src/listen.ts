import { lookup } from 'node:dns/promises';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';

type Listener = NodeJS.EventEmitter & {
  listen(port: number, host: string): unknown;
  close(): unknown;
  address(): unknown;
};

const isEverywhere = (host: string) => ['0.0.0.0', '::'].includes(host);

/** Loopback is always among them: the backend in this process, and a browser next to it, use that. */
async function addresses(host: string): Promise<string[]> {
  const { address } = await lookup(host);
  return isEverywhere(address)
    ? [address]
    : [...new Set(['127.0.0.1', address])];
}

/** The host part of the URL of a server that listens on an address or name. */
export function urlHost(host: string): string {
  if (isEverywhere(host)) {
    return '127.0.0.1';
  }
  return host.includes(':') ? `[${host}]` : host;
}

/**
 * Listens on loopback and on one more address or name, on the same port; 0 takes a free one. When an address is
 * refused, nothing is left listening.
 */
export async function listen<T extends Listener>(
  create: () => T,
  port: number,
  host: string,
): Promise<{ servers: T[]; port: number }> {
  const servers: T[] = [];
  let taken = port;
  try {
    for (const address of await addresses(host)) {
      const server = create();
      server.listen(taken, address);
      await once(server, 'listening');
      servers.push(server);
      taken = (server.address() as AddressInfo).port;
    }
  } catch (error) {
    servers.forEach(server => server.close());
    throw error;
  }
  return { servers, port: taken };
}
