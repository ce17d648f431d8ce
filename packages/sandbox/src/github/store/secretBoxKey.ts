import { createHash, generateKeyPairSync } from 'node:crypto';
import { join } from 'node:path';
import { readJson, writeFileAtomically } from './JsonFile';

/** The public key with which clients seal Actions secrets (X25519, base64). */
export type SecretBoxKey = { id: string; key: string };

/**
 * Takes the key from the directory, or makes one. The private half is not kept: the double
 * stores secrets as they come and has no use for what is inside.
 */
export async function openSecretBoxKey(
  directory: string,
): Promise<SecretBoxKey> {
  const path = join(directory, 'secret-box-key.json');
  const existing = await readJson<SecretBoxKey>(path);
  if (existing) {
    return existing;
  }
  const { publicKey } = generateKeyPairSync('x25519');
  const raw = Buffer.from(publicKey.export({ format: 'jwk' }).x!, 'base64url');
  const id = BigInt(
    `0x${createHash('sha256').update(raw).digest('hex').slice(0, 15)}`,
  ).toString();
  const key = { id, key: raw.toString('base64') };
  await writeFileAtomically(path, JSON.stringify(key));
  return key;
}
