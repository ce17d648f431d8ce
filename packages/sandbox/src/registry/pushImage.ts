import { gzipSync } from 'node:zlib';
import { digestOf } from './digest';
import { RemoteRepository } from './RemoteRepository';

export type ImageOptions = {
  /** Labels of the image's config, e.g. `org.opencontainers.image.revision`. */
  labels?: Record<string, string>;
  /** ISO 8601; defaults to now. */
  created?: string;
  signal?: AbortSignal;
};

/**
 * Pushes a minimal valid OCI image, one empty layer and a config with labels, under one or
 * more tags, and gives the manifest's digest. Throws a ResponseError when the registry refuses.
 */
export async function pushImage(
  registryUrl: string,
  name: string,
  tags: string[],
  options: ImageOptions = {},
): Promise<{ digest: string }> {
  const { labels = {}, signal } = options;
  const created = options.created ?? new Date().toISOString();
  const repository = new RemoteRepository(registryUrl, name, signal);
  // Two blocks of zeros are an archive without files.
  const archive = Buffer.alloc(1024);
  const layer = await repository.pushBuffer(gzipSync(archive));
  const config = await repository.pushBuffer(
    Buffer.from(
      JSON.stringify({
        created,
        architecture: 'amd64',
        os: 'linux',
        config: { Labels: labels },
        rootfs: { type: 'layers', diff_ids: [digestOf(archive)] },
        history: [{ created, created_by: 'sandbox' }],
      }),
    ),
  );
  const mediaType = 'application/vnd.oci.image.manifest.v1+json';
  const manifest = Buffer.from(
    JSON.stringify({
      schemaVersion: 2,
      mediaType,
      config: {
        mediaType: 'application/vnd.oci.image.config.v1+json',
        ...config,
      },
      layers: [
        {
          mediaType: 'application/vnd.oci.image.layer.v1.tar+gzip',
          ...layer,
        },
      ],
      annotations: { 'org.opencontainers.image.created': created, ...labels },
    }),
  );
  for (const tag of tags) {
    await repository.pushManifest(tag, mediaType, manifest);
  }
  return { digest: digestOf(manifest) };
}
