import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

/** A key pair that no repository knows, as the data of a Secret for Flux. */
export async function strangersKey(): Promise<Record<string, string>> {
  const directory = await mkdtemp(join(tmpdir(), 'key-'));
  try {
    const file = join(directory, 'identity');
    const args = [
      '-q',
      '-t',
      'ed25519',
      '-N',
      '',
      '-C',
      'stranger',
      '-f',
      file,
    ];
    await promisify(execFile)('ssh-keygen', args);
    return {
      identity: await readFile(file, 'base64'),
      'identity.pub': await readFile(`${file}.pub`, 'base64'),
    };
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}
