import { chmod, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { writeFileAtomically } from '../store/JsonFile';
import { generateSshKeyPair } from './keyPairs';

export type HostKey = { private: string; public: string };

/** Takes the host key from the directory, or makes one that stays: clients pin it. */
export async function openHostKey(directory: string): Promise<HostKey> {
  const path = join(directory, 'ssh_host_ed25519_key');
  try {
    return {
      private: await readFile(path, 'utf8'),
      public: (await readFile(`${path}.pub`, 'utf8')).trim(),
    };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') {
      throw error;
    }
  }
  const pair = generateSshKeyPair();
  await writeFileAtomically(path, pair.private);
  await chmod(path, 0o600);
  await writeFileAtomically(`${path}.pub`, `${pair.public}\n`);
  return { private: pair.private, public: pair.public };
}
