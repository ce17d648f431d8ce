import { utils } from 'ssh2';

/** A public key as `type base64`, without its comment; undefined when it is not one. */
export function normalizePublicKey(text: string): string | undefined {
  const line = text.trim();
  const match = /^([a-z0-9@.-]+) ([A-Za-z0-9+/]+=*)(?: [^\r\n]*)?$/.exec(line);
  if (!match) {
    return undefined;
  }
  const parsed = utils.parseKey(line);
  if (parsed instanceof Error || parsed.isPrivateKey()) {
    return undefined;
  }
  return `${match[1]} ${match[2]}`;
}
