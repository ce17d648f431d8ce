import { utils } from 'ssh2';

export type SshKeyPair = { private: string; public: string };

/**
 * A new ed25519 key pair in OpenSSH's format. ssh2 drops the leading zero bytes of a public key,
 * so about one of its pairs in 256 cannot be read again; those are thrown away.
 */
export function generateSshKeyPair(comment = ''): SshKeyPair {
  for (;;) {
    const pair = utils.generateKeyPairSync('ed25519', { comment });
    if (!(utils.parseKey(pair.private) instanceof Error)) {
      return { private: pair.private, public: pair.public.trim() };
    }
  }
}
