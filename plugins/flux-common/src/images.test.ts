import { canonicalImage, parseImage, sameVersion } from './images';

const digest =
  'sha256:5b616532f0af2f35f7d85c0d4a4ee409adc2b3b42879badbfaf812f9fa24ae5a';

describe('parseImage', () => {
  it.each([
    ['nginx', 'nginx', undefined, undefined, 'latest'],
    ['nginx:1.27', 'nginx', '1.27', undefined, '1.27'],
    [
      '127.0.0.1:4011/acme/orders',
      '127.0.0.1:4011/acme/orders',
      undefined,
      undefined,
      'latest',
    ],
    [
      '127.0.0.1:4011/acme/orders:main-3f2c1ab-1795370674',
      '127.0.0.1:4011/acme/orders',
      'main-3f2c1ab-1795370674',
      undefined,
      'main-3f2c1ab',
    ],
    [
      `ghcr.io/acme/orders@${digest}`,
      'ghcr.io/acme/orders',
      undefined,
      digest,
      '5b61653',
    ],
    [
      `ghcr.io/acme/orders:1.4.2@${digest}`,
      'ghcr.io/acme/orders',
      '1.4.2',
      digest,
      '1.4.2',
    ],
    ['localhost/a:b', 'localhost/a', 'b', undefined, 'b'],
    [
      'ghcr.io/acme/orders:v2-17',
      'ghcr.io/acme/orders',
      'v2-17',
      undefined,
      'v2-17',
    ],
  ])('%s', (reference, image, tag, hash, label) => {
    expect(parseImage(reference)).toEqual({
      image,
      ...(tag && { tag }),
      ...(hash && { digest: hash }),
      label,
    });
  });
});

describe('canonicalImage', () => {
  it.each([
    ['nginx', 'index.docker.io/library/nginx'],
    ['docker.io/nginx', 'index.docker.io/library/nginx'],
    ['index.docker.io/library/nginx', 'index.docker.io/library/nginx'],
    ['acme/orders', 'index.docker.io/acme/orders'],
    ['ghcr.io/acme/orders', 'ghcr.io/acme/orders'],
    ['localhost/orders', 'localhost/orders'],
    ['127.0.0.1:4011/a/b', '127.0.0.1:4011/a/b'],
  ])('%s is %s', (image, full) => {
    expect(canonicalImage(image)).toBe(full);
  });
});

describe('sameVersion', () => {
  it.each([
    ['nginx:1', 'docker.io/library/nginx:1', true],
    ['nginx', 'nginx:latest', true],
    ['a/b:1', 'a/b:2', false],
    ['a/b:1', 'a/c:1', false],
    [`a/b:1@${digest}`, 'a/b:1', true],
    [`a/b:1@${digest}`, `a/b:2@${digest}`, true],
    [`a/b:1@${digest}`, 'a/b:1@sha256:0', false],
  ])('%s and %s: %s', (a, b, same) => {
    expect(sameVersion(parseImage(a), parseImage(b))).toBe(same);
  });
});
