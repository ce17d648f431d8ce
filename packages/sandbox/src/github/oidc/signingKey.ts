import { chmod, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  calculateJwkThumbprint,
  exportJWK,
  exportPKCS8,
  generateKeyPair,
  importPKCS8,
  type JWK,
  type KeyLike,
} from 'jose';
import { writeFileAtomically } from '../store/JsonFile';

export const signingAlgorithm = 'RS256';

/** Signs ID tokens; the public half is served to who verifies them. */
export type SigningKey = { private: KeyLike; public: JWK };

async function readOrMake(path: string): Promise<KeyLike> {
  try {
    const pem = await readFile(path, 'utf8');
    return await importPKCS8(pem, signingAlgorithm, { extractable: true });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') {
      throw error;
    }
  }
  const { privateKey } = await generateKeyPair(signingAlgorithm, {
    extractable: true,
  });
  await writeFileAtomically(path, await exportPKCS8(privateKey));
  await chmod(path, 0o600);
  return privateKey;
}

/** Takes the key from the directory, or makes one that stays. */
export async function openSigningKey(directory: string): Promise<SigningKey> {
  const key = await readOrMake(join(directory, 'id_token_rs256.pem'));
  const { kty, n, e } = await exportJWK(key);
  const jwk = { kty, n, e };
  return {
    private: key,
    public: {
      ...jwk,
      kid: await calculateJwkThumbprint(jwk),
      alg: signingAlgorithm,
      use: 'sig',
    },
  };
}
