import { mockServices } from '@backstage/backend-test-utils';
import { createHash } from 'node:crypto';
import { access, mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { imageArchive } from './__testUtils__/imageArchive';
import { extractImageLayout, pushImageLayout } from './imageLayout';
import { RemoteRepository } from './RemoteRepository';
import { startRegistry, type RegistryServer } from './server';

describe('images of a container engine', () => {
  let directory: string;
  let registry: RegistryServer;
  const log: string[] = [];

  beforeEach(async () => {
    log.length = 0;
    directory = await mkdtemp(join(tmpdir(), 'sandbox-layout-'));
    registry = await startRegistry({
      directory: join(directory, 'registry'),
      port: 0,
      logger: mockServices.logger.mock(),
    });
  });

  afterEach(async () => {
    await registry.close();
    await rm(directory, { recursive: true, force: true });
  });

  async function push(archive: Buffer, name: string, tags: string[]) {
    const layout = join(directory, 'layout');
    await rm(layout, { recursive: true, force: true });
    await extractImageLayout(Readable.from([archive]), layout);
    return pushImageLayout(layout, registry.url, name, tags, {
      log: line => log.push(line),
      signal: AbortSignal.timeout(10_000),
    });
  }

  const get = (path: string, headers?: Record<string, string>) =>
    fetch(`${registry.url}/v2/${path}`, { headers });

  it('are pushed with all their blobs, which are sent only once', async () => {
    const { archive, digest } = await imageArchive();
    expect(await push(archive, 'acme/orders', ['a', 'b'])).toEqual({ digest });
    await expect(access(join(directory, 'outside'))).rejects.toThrow('ENOENT');
    const tagged = await get('acme/orders/manifests/b');
    expect(tagged.headers.get('docker-content-digest')).toBe(digest);
    const { config, layers } = await tagged.json();
    for (const blob of [config, ...layers]) {
      const content = await (
        await get(`acme/orders/blobs/${blob.digest}`)
      ).bytes();
      const hash = createHash('sha256').update(content).digest('hex');
      expect(`sha256:${hash}`).toBe(blob.digest);
    }
    expect(log).toEqual([
      `${config.digest}: pushed`,
      `${layers[0].digest}: pushed`,
    ]);

    await push(archive, 'acme/orders', ['c']);
    expect(log.slice(2)).toEqual([
      `${config.digest}: already exists`,
      `${layers[0].digest}: already exists`,
    ]);
  });

  it('are pushed for several platforms', async () => {
    const { archive, digest } = await imageArchive({ platforms: 2 });
    expect(await push(archive, 'acme/orders', ['a'])).toEqual({ digest });
    const index = await (await get('acme/orders/manifests/a')).json();
    expect(index.manifests).toHaveLength(2);
    for (const child of index.manifests) {
      const answer = await get(`acme/orders/manifests/${child.digest}`);
      expect(answer.headers.get('content-type')).toBe(child.mediaType);
    }
  });

  it('are refused when the archive is not an image layout', async () => {
    await expect(
      push(Buffer.alloc(1024), 'acme/orders', ['a']),
    ).rejects.toThrow('is not an OCI image layout: it has no index.json');
  });

  it('may have blobs that nobody holds in memory', async () => {
    const size = 50 * 1024 * 1024;
    const block = Buffer.alloc(1024 * 1024, 'sandbox');
    const hash = createHash('sha256');
    for (let sent = 0; sent < size; sent += block.length) {
      hash.update(block);
    }
    const digest = `sha256:${hash.digest('hex')}`;
    const uploads = join(directory, 'registry', 'uploads');
    const written = async () => {
      const [upload] = await readdir(uploads);
      return (await stat(join(uploads, upload))).size;
    };
    async function* content() {
      for (let sent = 0; sent < size; sent += block.length) {
        // Nothing more is sent until most of what was sent is on the disk
        while (sent - (await written()) > 8 * block.length) {
          await new Promise(resolve => setTimeout(resolve, 5));
        }
        yield block;
      }
    }
    const repository = new RemoteRepository(registry.url, 'acme/orders');
    await repository.pushBlob({ digest, size }, () => Readable.from(content()));
    expect(await readdir(uploads)).toEqual([]);

    const blob = await get(`acme/orders/blobs/${digest}`);
    expect(blob.headers.get('content-length')).toBe(String(size));
    const received = createHash('sha256');
    for await (const chunk of blob.body!) {
      received.update(chunk);
    }
    expect(`sha256:${received.digest('hex')}`).toBe(digest);
  }, 30_000);

  it('are served in parts', async () => {
    const repository = new RemoteRepository(registry.url, 'acme/orders');
    const { digest } = await repository.pushBuffer(Buffer.from('0123456789'));
    const part = async (range: string) => {
      const answer = await get(`acme/orders/blobs/${digest}`, { range });
      const text = answer.ok ? await answer.text() : undefined;
      return [answer.status, answer.headers.get('content-range'), text];
    };
    expect(await part('bytes=2-4')).toEqual([206, 'bytes 2-4/10', '234']);
    expect(await part('bytes=7-')).toEqual([206, 'bytes 7-9/10', '789']);
    expect(await part('bytes=-1')).toEqual([206, 'bytes 9-9/10', '9']);
    expect(await part('bytes=10-')).toEqual([416, 'bytes */10', undefined]);
    expect(await part('bytes=0-1,3-4')).toEqual([200, null, '0123456789']);
  });
});
