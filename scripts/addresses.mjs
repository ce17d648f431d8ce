import { networkInterfaces } from 'node:os';

/** Whether a host is an address of this machine's own, so that something can listen there. */
export const isOwnAddress = host =>
  Object.values(networkInterfaces())
    .flat()
    .some(({ address }) => address === host);
