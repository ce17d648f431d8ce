import { createReadStream, createWriteStream } from 'node:fs';
import { access, mkdir, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { extract } from 'tar-stream';
import { z } from 'zod';
import { digestOf } from './digest';
import { RemoteRepository } from './RemoteRepository';

const descriptor = z.object({
  mediaType: z.string(),
  digest: z.string().regex(/^sha256:[0-9a-f]{64}$/),
  size: z.number().int().min(0),
});
const indexSchema = z.object({ manifests: z.array(descriptor) });
const imageSchema = z.object({
  config: descriptor,
  layers: z.array(descriptor),
});

type Descriptor = z.output<typeof descriptor>;

const partOfLayout = /^(\.\/)?(index\.json|blobs\/sha256\/[0-9a-f]{64})$/;

/** Writes the archive of an OCI image layout into a folder, as it comes; what else it holds is left out. */
export async function extractImageLayout(
  archive: Readable,
  directory: string,
): Promise<void> {
  const entries = extract();
  entries.on('entry', (header, content, next) => {
    if (header.type !== 'file' || !partOfLayout.test(header.name)) {
      content.resume();
      content.on('end', next);
      return;
    }
    const path = join(directory, header.name);
    mkdir(dirname(path), { recursive: true })
      .then(() => pipeline(content, createWriteStream(path)))
      .then(
        () => next(),
        error => entries.destroy(error),
      );
  });
  await pipeline(archive, entries);
}

/** Pushes the one image of an extracted OCI image layout under tags, and gives its manifest's digest. */
export async function pushImageLayout(
  directory: string,
  registryUrl: string,
  name: string,
  tags: string[],
  { log, signal }: { log(line: string): void; signal: AbortSignal },
): Promise<{ digest: string }> {
  const repository = new RemoteRepository(registryUrl, name, signal);
  const pathOf = ({ digest }: Descriptor) =>
    join(directory, 'blobs', 'sha256', digest.slice('sha256:'.length));

  const pushBlob = async (blob: Descriptor) => {
    const sent = await repository.pushBlob(blob, () =>
      createReadStream(pathOf(blob)),
    );
    log(`${blob.digest}: ${sent ? 'pushed' : 'already exists'}`);
  };

  const pushManifest = async (manifest: Descriptor, references: string[]) => {
    const content = await readFile(pathOf(manifest));
    const value = JSON.parse(content.toString('utf8'));
    if (digestOf(content) !== manifest.digest) {
      throw new Error(`${manifest.digest} of the image has other content`);
    }
    if (value.manifests) {
      for (const child of indexSchema.parse(value).manifests) {
        await pushManifest(child, [child.digest]);
      }
    } else {
      const { config, layers } = imageSchema.parse(value);
      for (const blob of [config, ...layers]) {
        await pushBlob(blob);
      }
    }
    for (const reference of references) {
      await repository.pushManifest(reference, manifest.mediaType, content);
    }
  };

  const { manifests } = await readIndex(join(directory, 'index.json'));
  // The same image is there once for each name that it has
  const digests = new Set(manifests.map(manifest => manifest.digest));
  if (digests.size !== 1) {
    throw new Error(`The archive holds ${digests.size} images, expected one`);
  }
  const [image] = manifests;
  await pushManifest(image, tags);
  return { digest: image.digest };
}

async function readIndex(path: string) {
  await access(path).catch(() => {
    throw new Error(
      'The archive is not an OCI image layout: it has no index.json',
    );
  });
  return indexSchema.parse(JSON.parse(await readFile(path, 'utf8')));
}
