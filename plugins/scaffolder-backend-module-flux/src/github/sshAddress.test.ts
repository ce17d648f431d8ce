import { knownHostsOf, toSshUrl } from './sshAddress';

describe('toSshUrl', () => {
  it.each([
    ['git@github.com:acme/orders.git', 'ssh://git@github.com/acme/orders.git'],
    [
      'org-1@github.example.com:acme/orders.git',
      'ssh://org-1@github.example.com/acme/orders.git',
    ],
    [
      'ssh://git@127.0.0.1:4012/acme/orders.git',
      'ssh://git@127.0.0.1:4012/acme/orders.git',
    ],
  ])('makes %s Flux’s form', (given, expected) => {
    expect(toSshUrl(given).toString()).toBe(expected);
  });

  it.each(['https://github.com/acme/orders.git', '/srv/orders.git', ''])(
    'refuses %s',
    given => {
      expect(() => toSshUrl(given)).toThrow(
        /not one; check the GitHub integration/,
      );
    },
  );
});

describe('knownHostsOf', () => {
  it('names the port only where it is not the usual one', () => {
    const keys = ['ssh-ed25519 AAAA', 'ecdsa-sha2-nistp256 BBBB\n'];
    expect(knownHostsOf(new URL('ssh://git@github.com/a/b'), keys)).toBe(
      'github.com ssh-ed25519 AAAA\ngithub.com ecdsa-sha2-nistp256 BBBB\n',
    );
    expect(
      knownHostsOf(new URL('ssh://git@127.0.0.1:4012/a/b'), keys.slice(0, 1)),
    ).toBe('[127.0.0.1]:4012 ssh-ed25519 AAAA\n');
  });
});
