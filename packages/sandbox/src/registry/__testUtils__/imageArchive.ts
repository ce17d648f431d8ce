import { randomBytes } from 'node:crypto';
import { buffer } from 'node:stream/consumers';
import { pack } from 'tar-stream';
import { digestOf } from '../digest';

const manifestType = 'application/vnd.oci.image.manifest.v1+json';
const json = (value: unknown) => Buffer.from(JSON.stringify(value));

/** An archive as `docker image save` writes it since Docker 25, and the digest of its image. */
export async function imageArchive(
  options: { platforms?: number; label?: string } = {},
): Promise<{ archive: Buffer; digest: string }> {
  const { platforms = 1, label = '' } = options;
  const blobs = new Map<string, Buffer>();
  const add = (mediaType: string, content: Buffer) => {
    const digest = digestOf(content);
    blobs.set(digest, content);
    return { mediaType, digest, size: content.length };
  };
  const images = Array.from({ length: platforms }, () =>
    add(
      manifestType,
      json({
        schemaVersion: 2,
        mediaType: manifestType,
        config: add(
          'application/vnd.oci.image.config.v1+json',
          json({ architecture: 'amd64', os: 'linux', config: { label } }),
        ),
        layers: [
          add('application/vnd.oci.image.layer.v1.tar', randomBytes(100_000)),
        ],
      }),
    ),
  );
  const image =
    platforms === 1
      ? images[0]
      : add(
          'application/vnd.oci.image.index.v1+json',
          json({ schemaVersion: 2, manifests: images }),
        );
  const archive = pack();
  const content = buffer(archive);
  archive.entry({ name: 'blobs/sha256/', type: 'directory' });
  blobs.forEach((blob, digest) =>
    archive.entry({ name: `blobs/${digest.replace(':', '/')}` }, blob),
  );
  archive.entry({ name: 'manifest.json' }, '[]');
  archive.entry({ name: '../outside' }, 'refused');
  archive.entry(
    { name: 'index.json' },
    // The same image under each of its names
    json({ schemaVersion: 2, manifests: [image, image] }).toString(),
  );
  archive.finalize();
  return { archive: await content, digest: image.digest };
}
