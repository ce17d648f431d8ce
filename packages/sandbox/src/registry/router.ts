import express, { type Request } from 'express';
import Router from 'express-promise-router';
import { pipeline } from 'node:stream/promises';
import { digestOf } from './digest';
import { RegistryError, unknownBlob } from './errors';
import { checkDigest, checkName, isDigest, isTag } from './names';
import type { RegistryStore } from './RegistryStore';
import { addUploadRoutes } from './uploads';

const imageManifest = 'application/vnd.oci.image.manifest.v1+json';

/** The distribution API below `/v2`. */
export function createRegistryRouter(store: RegistryStore) {
  const router = Router();
  const nameOf = (request: Request) => checkName(request.params[0]);

  router.use((_request, response, next) => {
    response.setHeader('Docker-Distribution-Api-Version', 'registry/2.0');
    next();
  });

  router.get('/', async (_request, response) => {
    response.json({});
  });

  router.get(/^\/(.+)\/tags\/list$/, async (request, response) => {
    const name = nameOf(request);
    if (!(await store.exists(name))) {
      throw new RegistryError(
        'NAME_UNKNOWN',
        'repository name not known to registry',
        { name },
      );
    }
    const { n, last } = request.query;
    const limit = n === undefined ? Infinity : Number(n);
    if (!(limit >= 0)) {
      throw new RegistryError('UNSUPPORTED', 'n must be a number', { n });
    }
    const rest = (await store.tags(name)).filter(
      tag => last === undefined || tag > String(last),
    );
    const tags = rest.slice(0, limit);
    if (tags.length > 0 && tags.length < rest.length) {
      const query = new URLSearchParams({
        last: tags[tags.length - 1],
        n: String(n),
      });
      response.setHeader(
        'Link',
        `</v2/${name}/tags/list?${query}>; rel="next"`,
      );
    }
    response.json({ name, tags });
  });

  const manifests = /^\/(.+)\/manifests\/([^/]+)$/;

  // Express answers HEAD with what GET sets, without the body.
  router.get(manifests, async (request, response) => {
    const name = nameOf(request);
    const reference = request.params[1];
    const found =
      isTag(reference) || isDigest(reference)
        ? await store.manifest(name, reference)
        : undefined;
    if (!found) {
      throw new RegistryError('MANIFEST_UNKNOWN', 'manifest unknown', {
        name,
        reference,
      });
    }
    response.setHeader('Docker-Content-Digest', found.digest);
    response.setHeader('ETag', `"${found.digest}"`);
    response.setHeader('Content-Type', found.mediaType);
    response.send(found.content);
  });

  router.put(
    manifests,
    express.raw({ type: () => true, limit: '4mb' }),
    async (request, response) => {
      const name = nameOf(request);
      const reference = request.params[1];
      const content: Buffer = Buffer.isBuffer(request.body)
        ? request.body
        : Buffer.alloc(0);
      await checkManifest(store, name, content);
      const byDigest = isDigest(reference);
      if (!byDigest && !isTag(reference)) {
        throw new RegistryError('MANIFEST_INVALID', 'invalid tag', {
          reference,
        });
      }
      if (byDigest && digestOf(content) !== reference) {
        throw new RegistryError(
          'DIGEST_INVALID',
          'provided digest did not match uploaded content',
        );
      }
      const digest = await store.putManifest(
        name,
        byDigest ? undefined : reference,
        request.headers['content-type'] ?? imageManifest,
        content,
      );
      response.setHeader('Docker-Content-Digest', digest);
      response.setHeader('Location', `/v2/${name}/manifests/${digest}`);
      response.status(201).end();
    },
  );

  router.delete(manifests, async (request, response) => {
    const name = nameOf(request);
    const reference = request.params[1];
    const deleted = isDigest(reference)
      ? await store.deleteManifest(name, reference)
      : isTag(reference) && (await store.deleteTag(name, reference));
    if (!deleted) {
      throw new RegistryError('MANIFEST_UNKNOWN', 'manifest unknown', {
        name,
        reference,
      });
    }
    response.status(202).end();
  });

  router.get(/^\/(.+)\/blobs\/(sha256:[^/]+)$/, async (request, response) => {
    const name = nameOf(request);
    const digest = checkDigest(request.params[1]);
    const size = await store.blobSize(name, digest);
    if (size === undefined) {
      throw unknownBlob(digest);
    }
    response.setHeader('Docker-Content-Digest', digest);
    response.setHeader('ETag', `"${digest}"`);
    response.setHeader('Content-Type', 'application/octet-stream');
    response.setHeader('Accept-Ranges', 'bytes');
    if (request.method === 'HEAD') {
      response.setHeader('Content-Length', size);
      response.end();
      return;
    }
    const ranges = request.range(size);
    if (ranges === -1) {
      response.setHeader('Content-Range', `bytes */${size}`);
      throw new RegistryError('RANGE_INVALID', 'range is not in the blob');
    }
    // Several parts at once, or what is not a range of bytes, may be answered with the whole
    const one = Array.isArray(ranges) && ranges.length === 1;
    const { start, end } = one ? ranges[0] : { start: 0, end: size - 1 };
    if (one) {
      response.status(206);
      response.setHeader('Content-Range', `bytes ${start}-${end}/${size}`);
    }
    response.setHeader('Content-Length', end - start + 1);
    await pipeline(store.readBlob(digest, start, end), response);
  });

  router.delete(
    /^\/(.+)\/blobs\/(sha256:[^/]+)$/,
    async (request, response) => {
      const name = nameOf(request);
      const digest = checkDigest(request.params[1]);
      if (!(await store.deleteBlob(name, digest))) {
        throw unknownBlob(digest);
      }
      response.status(202).end();
    },
  );

  addUploadRoutes(router, store);

  router.use(() => {
    throw new RegistryError('UNSUPPORTED', 'the operation is unsupported');
  });
  return router;
}

/** A manifest must be JSON; what it refers to, this repository must have. */
async function checkManifest(
  store: RegistryStore,
  name: string,
  content: Buffer,
): Promise<void> {
  let manifest: any;
  try {
    manifest = JSON.parse(content.toString('utf8'));
  } catch {
    throw new RegistryError('MANIFEST_INVALID', 'manifest is not valid JSON');
  }
  if (manifest?.schemaVersion !== 2) {
    throw new RegistryError('MANIFEST_INVALID', 'schemaVersion must be 2');
  }
  for (const { digest } of manifest.manifests ?? []) {
    if (!(await store.manifest(name, checkDigest(digest)))) {
      throw new RegistryError(
        'MANIFEST_BLOB_UNKNOWN',
        'manifest unknown to registry',
        { digest },
      );
    }
  }
  const blobs = [manifest.config, ...(manifest.layers ?? [])].filter(Boolean);
  for (const { digest } of blobs) {
    const size = await store.blobSize(name, checkDigest(digest));
    if (size === undefined) {
      throw new RegistryError(
        'MANIFEST_BLOB_UNKNOWN',
        'blob unknown to registry',
        { digest },
      );
    }
  }
}
