import { generateKeyPair, randomBytes } from 'node:crypto';
import { promisify } from 'node:util';

export interface SshKeyPair {
  /** PEM of the OpenSSH format, without a passphrase. */
  privateKey: string;
  /** One line, as `authorized_keys` has it. */
  publicKey: string;
}

const KEY_TYPE = 'ssh-ed25519';
const BLOCK_SIZE = 8;

function uint32(value: number): Buffer {
  const buffer = Buffer.alloc(4);
  buffer.writeUInt32BE(value);
  return buffer;
}

function field(value: string | Buffer): Buffer {
  const bytes = Buffer.from(value as string);
  return Buffer.concat([uint32(bytes.length), bytes]);
}

/**
 * Makes an ed25519 key pair in the format of OpenSSH's PROTOCOL.key.
 *
 * `ssh2` can make one too, but about one in a hundred and fifty of its keys is one byte short and
 * nothing can read it; hence these few lines.
 */
export async function createSshKeyPair(comment: string): Promise<SshKeyPair> {
  const pair = await promisify(generateKeyPair)('ed25519');
  const jwk = pair.privateKey.export({ format: 'jwk' });
  const publicBytes = Buffer.from(jwk.x!, 'base64url');
  const seed = Buffer.from(jwk.d!, 'base64url');

  const publicBlob = Buffer.concat([field(KEY_TYPE), field(publicBytes)]);
  const check = randomBytes(4);
  const secret = Buffer.concat([
    check,
    check,
    publicBlob,
    field(Buffer.concat([seed, publicBytes])),
    field(comment),
  ]);
  const missing = (BLOCK_SIZE - (secret.length % BLOCK_SIZE)) % BLOCK_SIZE;
  const padding = Buffer.from(Array.from({ length: missing }, (_, i) => i + 1));

  const blob = Buffer.concat([
    Buffer.from('openssh-key-v1\0'),
    field('none'),
    field('none'),
    field(''),
    uint32(1),
    field(publicBlob),
    field(Buffer.concat([secret, padding])),
  ]);
  const lines = blob.toString('base64').match(/.{1,70}/g)!;
  return {
    privateKey: [
      '-----BEGIN OPENSSH PRIVATE KEY-----',
      ...lines,
      '-----END OPENSSH PRIVATE KEY-----',
      '',
    ].join('\n'),
    publicKey: `${KEY_TYPE} ${publicBlob.toString('base64')} ${comment}`,
  };
}
