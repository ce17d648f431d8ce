import { mockServices } from '@backstage/backend-test-utils';
import { createHash } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pushImage } from './pushImage';
import { startRegistry, type RegistryServer } from './server';

describe('the registry', () => {
  let directory: string;
  let registry: RegistryServer;

  const start = () =>
    startRegistry({
      directory,
      port: 0,
      logger: mockServices.logger.mock(),
    });

  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'sandbox-registry-'));
    registry = await start();
  });

  afterEach(async () => {
    await registry.close();
    await rm(directory, { recursive: true, force: true });
  });

  const call = async (path: string, init?: RequestInit) => {
    const response = await fetch(`${registry.url}/v2${path}`, init);
    const text = await response.text();
    return {
      status: response.status,
      headers: response.headers,
      text,
      code: text.startsWith('{') && JSON.parse(text).errors?.[0]?.code,
    };
  };

  it('gives back an image by tag and digest, also after a restart', async () => {
    expect((await call('/')).status).toBe(200);
    const labels = { 'org.opencontainers.image.revision': 'abc' };
    const { digest } = await pushImage(
      registry.url,
      'acme/orders',
      ['main-1', 'latest'],
      { labels },
    );
    await registry.close();
    registry = await start();

    for (const reference of ['main-1', 'latest', digest]) {
      const manifest = await call(`/acme/orders/manifests/${reference}`);
      expect(manifest.status).toBe(200);
      expect(manifest.headers.get('docker-content-digest')).toBe(digest);
      expect(manifest.headers.get('content-type')).toBe(
        'application/vnd.oci.image.manifest.v1+json',
      );
    }
    const head = await call('/acme/orders/manifests/main-1', {
      method: 'HEAD',
    });
    expect(head).toMatchObject({ status: 200, text: '' });
    const { config } = JSON.parse(
      (await call('/acme/orders/manifests/main-1')).text,
    );
    const blob = await call(`/acme/orders/blobs/${config.digest}`);
    expect(JSON.parse(blob.text).config).toEqual({ Labels: labels });
  });

  it('lists tags in pages', async () => {
    await pushImage(registry.url, 'acme/orders', ['a', 'b', 'c']);
    const first = await call('/acme/orders/tags/list?n=2');
    expect(JSON.parse(first.text)).toEqual({
      name: 'acme/orders',
      tags: ['a', 'b'],
    });
    const link = /<\/v2([^>]+)>; rel="next"/.exec(
      first.headers.get('link') ?? '',
    );
    const second = await call(link![1]);
    expect(JSON.parse(second.text).tags).toEqual(['c']);
    expect(second.headers.get('link')).toBeNull();
  });

  it('answers with the codes of the specification', async () => {
    await pushImage(registry.url, 'acme/orders', ['a']);
    const none = `sha256:${'0'.repeat(64)}`;
    const answers = {
      '/acme/nothing/tags/list': [404, 'NAME_UNKNOWN'],
      '/acme/orders/manifests/b': [404, 'MANIFEST_UNKNOWN'],
      [`/acme/orders/blobs/${none}`]: [404, 'BLOB_UNKNOWN'],
      '/acme/orders/blobs/sha256:no': [400, 'DIGEST_INVALID'],
      '/ACME/orders/tags/list': [400, 'NAME_INVALID'],
      '/acme/..%2f..%2fetc/tags/list': [400, 'NAME_INVALID'],
    };
    for (const [path, [status, code]] of Object.entries(answers)) {
      expect({ path, ...(await call(path)) }).toMatchObject({
        path,
        status,
        code,
      });
    }
  });

  it('checks digests, and what a manifest refers to', async () => {
    const put = (reference: string, manifest: unknown) =>
      call(`/acme/orders/manifests/${reference}`, {
        method: 'PUT',
        body: JSON.stringify(manifest),
      });
    const none = `sha256:${'0'.repeat(64)}`;
    expect(await put('a', { schemaVersion: 1 })).toMatchObject({
      code: 'MANIFEST_INVALID',
    });
    expect(
      await put('a', { schemaVersion: 2, config: { digest: none } }),
    ).toMatchObject({ code: 'MANIFEST_BLOB_UNKNOWN' });
    expect(await put(none, { schemaVersion: 2 })).toMatchObject({
      code: 'DIGEST_INVALID',
    });
    expect(
      await put('a', { schemaVersion: 2, manifests: [{ digest: none }] }),
    ).toMatchObject({ code: 'MANIFEST_BLOB_UNKNOWN' });
    const wrong = await call(`/acme/orders/blobs/uploads/?digest=${none}`, {
      method: 'POST',
      body: 'content',
    });
    expect(wrong).toMatchObject({ status: 400, code: 'DIGEST_INVALID' });
  });

  it('takes a blob in chunks, in order', async () => {
    const digest = `sha256:${createHash('sha256')
      .update('onetwo')
      .digest('hex')}`;
    const started = await call('/acme/orders/blobs/uploads/', {
      method: 'POST',
    });
    const location = started.headers.get('location')!.slice('/v2'.length);
    const patch = (range: string, body: string) =>
      call(location, {
        method: 'PATCH',
        body,
        headers: { 'content-range': range },
      });
    expect((await patch('0-2', 'one')).headers.get('range')).toBe('0-2');
    expect(await patch('5-7', 'two')).toMatchObject({
      status: 416,
      code: 'BLOB_UPLOAD_INVALID',
    });
    expect((await patch('3-5', 'two')).status).toBe(202);
    expect((await call(location)).headers.get('range')).toBe('0-5');
    const done = await call(`${location}?digest=${digest}`, { method: 'PUT' });
    expect(done.status).toBe(201);
    expect((await call(`/acme/orders/blobs/${digest}`)).text).toBe('onetwo');
    expect((await call(location)).code).toBe('BLOB_UPLOAD_UNKNOWN');
  });

  it('mounts a blob of another repository, and takes one in one request', async () => {
    const digest = `sha256:${createHash('sha256').update('all').digest('hex')}`;
    const post = (query: string) =>
      call(`/acme/other/blobs/uploads/?${query}`, { method: 'POST' });
    expect(
      (await post(`mount=${digest}&from=acme/orders`)).headers.get('location'),
    ).toMatch(/uploads/);
    const whole = await call(`/acme/orders/blobs/uploads/?digest=${digest}`, {
      method: 'POST',
      body: 'all',
    });
    expect(whole.status).toBe(201);
    expect((await call(`/acme/other/blobs/${digest}`)).status).toBe(404);
    expect((await post(`mount=${digest}&from=acme/orders`)).status).toBe(201);
    expect((await call(`/acme/other/blobs/${digest}`)).text).toBe('all');
  });

  it('deletes tags and manifests', async () => {
    const { digest } = await pushImage(registry.url, 'acme/orders', ['a', 'b']);
    const remove = (reference: string) =>
      call(`/acme/orders/manifests/${reference}`, { method: 'DELETE' });
    expect((await remove('a')).status).toBe(202);
    expect((await call('/acme/orders/manifests/b')).status).toBe(200);
    expect((await remove(digest)).status).toBe(202);
    expect((await call('/acme/orders/manifests/b')).status).toBe(404);
    expect((await remove(digest)).code).toBe('MANIFEST_UNKNOWN');
  });

  it('fails while it is told to', async () => {
    registry.setFault({ status: 503 });
    expect((await call('/')).status).toBe(503);
    await expect(pushImage(registry.url, 'acme/orders', ['a'])).rejects.toThrow(
      /503/,
    );
    registry.setFault(undefined);
    await pushImage(registry.url, 'acme/orders', ['a']);
  });
});
