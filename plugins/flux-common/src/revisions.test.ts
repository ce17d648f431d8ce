import { commitUrl, repositoryUrl } from './commitUrl';
import { revisionView, sameRevision } from './revisions';

const sha = '213f966ddafac3d60aa3b905ca373804606bb0e0';
const digest =
  '5b616532f0af2f35f7d85c0d4a4ee409adc2b3b42879badbfaf812f9fa24ae5a';

describe('revisionView', () => {
  it.each([
    [`main@sha1:${sha}`, 'main@213f966', sha],
    [`feature/x@sha1:${sha}`, 'feature/x@213f966', sha],
    [`refs/heads/main@sha1:${sha}`, 'main@213f966', sha],
    [`sha1:${sha}`, '213f966', sha],
    [`v1.4.2@sha1:${sha}`, 'v1.4.2@213f966', sha],
    [`main/${sha}`, 'main@213f966', sha],
    [sha, '213f966', sha],
    [`1.4.2@sha256:${digest}`, '1.4.2', undefined],
    [`latest@sha256:${digest}`, 'latest', undefined],
    [`sha256:${digest}`, '5b61653', undefined],
    ['19.6.4', '19.6.4', undefined],
    ['0.1.0+dd919947fd6a', '0.1.0+dd91994', undefined],
    ['0.1.0+dd919947fd6a.1', '0.1.0+dd91994', undefined],
    ['', '', undefined],
  ])('%s reads %s', (raw, label, commit) => {
    const view = revisionView(raw, { url: 'https://github.com/acme/orders' });
    expect(view.raw).toBe(raw);
    expect(view.label).toBe(label);
    expect(view.commit).toBe(commit);
    expect(view.url).toBe(
      commit && `https://github.com/acme/orders/commit/${commit}`,
    );
  });

  it('links an OCI artifact to the commit that it was made from', () => {
    expect(
      revisionView(`latest@sha256:${digest}`, {
        url: 'https://github.com/acme/orders.git',
        originRevision: `main@sha1:${sha}`,
      }),
    ).toEqual({
      raw: `latest@sha256:${digest}`,
      label: 'latest',
      commit: sha,
      url: `https://github.com/acme/orders/commit/${sha}`,
    });
  });

  it('compares by hash where there is one', () => {
    expect(sameRevision(`main@sha1:${sha}`, `sha1:${sha}`)).toBe(true);
    expect(sameRevision('1.4.2', '1.4.3')).toBe(false);
  });
});

describe('commitUrl', () => {
  it.each([
    [
      'https://github.com/acme/orders.git',
      'https://github.com/acme/orders/commit/',
    ],
    [
      'https://github.com/acme/orders/',
      'https://github.com/acme/orders/commit/',
    ],
    [
      'http://127.0.0.1:4010/acme/orders.git',
      'http://127.0.0.1:4010/acme/orders/commit/',
    ],
    [
      'ssh://git@github.com/acme/orders.git',
      'https://github.com/acme/orders/commit/',
    ],
    [
      'ssh://git@github.com:22/acme/orders',
      'https://github.com/acme/orders/commit/',
    ],
    [
      'git@github.com:acme/orders.git',
      'https://github.com/acme/orders/commit/',
    ],
    [
      'https://user:secret@github.com/acme/orders',
      'https://github.com/acme/orders/commit/',
    ],
    [
      'https://gitlab.com/a/b/orders.git',
      'https://gitlab.com/a/b/orders/-/commit/',
    ],
    [
      'git@gitlab.example.com:acme/orders.git',
      'https://gitlab.example.com/acme/orders/-/commit/',
    ],
    [
      'git@bitbucket.org:acme/orders.git',
      'https://bitbucket.org/acme/orders/commits/',
    ],
  ])('%s', (git, url) => {
    expect(commitUrl(git, sha)).toBe(`${url}${sha}`);
  });

  it('needs to be told where the pages are when SSH has its own port', () => {
    const git = 'ssh://git@127.0.0.1:4012/acme/orders.git';
    expect(commitUrl(git, sha)).toBeUndefined();
    expect(
      commitUrl(git, sha, {
        webBaseUrls: { '127.0.0.1:4012': 'http://127.0.0.1:4010/' },
      }),
    ).toBe(`http://127.0.0.1:4010/acme/orders/commit/${sha}`);
  });

  it.each([
    'data:text/html,<script>//x',
    'file:///etc/passwd',
    'oci://ghcr.io/acme/orders',
    'not a url',
    '',
    'https://',
  ])('makes no link of %j', git => {
    expect(commitUrl(git, sha)).toBeUndefined();
  });

  it('takes only http(s) from a mapping, and only hashes as commits', () => {
    expect(
      repositoryUrl('git@host:a/b', {
        webBaseUrls: { host: 'data:text/html,x' },
      }),
    ).toBeUndefined();
    expect(commitUrl('https://github.com/a/b', '../../evil')).toBeUndefined();
  });
});
