import { utils } from 'ssh2';
import { createSshKeyPair } from './sshKeyPair';

describe('createSshKeyPair', () => {
  it('makes keys that an SSH implementation reads and that belong together', async () => {
    // Many, since mistakes in this format show in one key of some hundred
    for (let i = 0; i < 300; i += 1) {
      const pair = await createSshKeyPair('flux-prod-eu-orders');
      const privateKey = utils.parseKey(pair.privateKey);
      const publicKey = utils.parseKey(pair.publicKey);
      if (privateKey instanceof Error || publicKey instanceof Error) {
        throw new Error(`Key ${i} can’t be read`);
      }
      expect(privateKey.type).toBe('ssh-ed25519');
      expect(privateKey.getPublicSSH()).toEqual(publicKey.getPublicSSH());
      expect(publicKey.verify('text', privateKey.sign('text') as any)).toBe(
        true,
      );
      expect(publicKey.comment).toBe('flux-prod-eu-orders');
    }
  });

  it('makes another key each time', async () => {
    const [a, b] = [await createSshKeyPair('x'), await createSshKeyPair('x')];
    expect(a.publicKey).not.toBe(b.publicKey);
  });
});
