import { utils } from 'ssh2';
import { generateSshKeyPair } from './keyPairs';
import { normalizePublicKey } from './publicKeys';

describe('generateSshKeyPair', () => {
  afterEach(() => jest.restoreAllMocks());

  it('makes a pair that can be read again', () => {
    const pair = generateSshKeyPair('flux');
    expect(utils.parseKey(pair.private)).not.toBeInstanceOf(Error);
    expect(pair.public).toMatch(/^ssh-ed25519 \S+ flux$/);
    expect(normalizePublicKey(pair.public)).toBe(
      pair.public.replace(/ flux$/, ''),
    );
  });

  it('throws a malformed pair away', () => {
    const generate = jest.spyOn(utils, 'generateKeyPairSync');
    generate.mockReturnValueOnce({
      private: 'malformed',
      public: 'ssh-ed25519 AAAA',
    });
    const pair = generateSshKeyPair();
    expect(generate).toHaveBeenCalledTimes(2);
    expect(utils.parseKey(pair.public)).not.toBeInstanceOf(Error);
  });
});
