import { ResponseError } from '@backstage/errors';
import { gzipSync } from 'node:zlib';
import { createHash } from 'node:crypto';

export type ImageOptions = {
  /** Labels of the image's config, e.g. `org.opencontainers.image.revision`. */
  labels?: Record<string, string>;
  /** ISO 8601; defaults to now. */
  created?: string;
  signal?: AbortSignal;
};

const digestOf = (content: Buffer) =>
  `sha256:${createHash('sha256').update(content).digest('hex')}`;

async function check(
  response: Response,
  statuses: number[],
): Promise<Response> {
  if (!statuses.includes(response.status)) {
    throw await ResponseError.fromResponse(response);
  }
  return response;
}

async function pushBlob(
  repositoryUrl: string,
  content: Buffer,
  signal?: AbortSignal,
) {
  const digest = digestOf(content);
  const head = await fetch(`${repositoryUrl}/blobs/${digest}`, {
    method: 'HEAD',
    signal,
  });
  if (head.status !== 200) {
    const upload = await check(
      await fetch(`${repositoryUrl}/blobs/uploads/`, {
        method: 'POST',
        signal,
      }),
      [202],
    );
    const location = new URL(
      upload.headers.get('location') ?? '',
      repositoryUrl,
    );
    location.searchParams.set('digest', digest);
    await check(
      await fetch(location, {
        method: 'PUT',
        body: new Uint8Array(content),
        headers: { 'content-type': 'application/octet-stream' },
        signal,
      }),
      [201],
    );
  }
  return { digest, size: content.length };
}

/**
 * Pushes a minimal valid OCI image, one empty layer and a config with labels, under one or
 * more tags, and gives the manifest's digest. Throws a ResponseError when the registry refuses.
 */
export async function pushImage(
  registryUrl: string,
  repository: string,
  tags: string[],
  options: ImageOptions = {},
): Promise<{ digest: string }> {
  const { labels = {}, signal } = options;
  const created = options.created ?? new Date().toISOString();
  const repositoryUrl = `${registryUrl}/v2/${repository}`;
  // Two blocks of zeros are an archive without files.
  const archive = Buffer.alloc(1024);
  const layer = await pushBlob(repositoryUrl, gzipSync(archive), signal);
  const config = await pushBlob(
    repositoryUrl,
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
    signal,
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
    await check(
      await fetch(`${repositoryUrl}/manifests/${tag}`, {
        method: 'PUT',
        body: new Uint8Array(manifest),
        headers: { 'content-type': mediaType },
        signal,
      }),
      [201],
    );
  }
  return { digest: digestOf(manifest) };
}
