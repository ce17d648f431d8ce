import express, { type Request, type Response } from 'express';
import Router from 'express-promise-router';
import { pipeline } from 'node:stream/promises';
import { RegistryError, unknownBlob } from './errors';
import { checkDigest, checkName, isDigest, isTag } from './names';
import { digestOf, type RegistryStore } from './RegistryStore';

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
    response.setHeader('Content-Length', size);
    if (request.method === 'HEAD') {
      response.end();
      return;
    }
    await pipeline(store.readBlob(digest), response);
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

  addUploadRoutes(router, store, nameOf);

  router.use(() => {
    throw new RegistryError('UNSUPPORTED', 'the operation is unsupported');
  });
  return router;
}

/** A manifest must be JSON whose config and layers this repository has. */
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

function addUploadRoutes(
  router: express.Router,
  store: RegistryStore,
  nameOf: (request: Request) => string,
): void {
  const body = express.raw({ type: () => true, limit: '1gb' });
  const contentOf = (request: Request): Buffer =>
    Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
  const uploads = /^\/(.+)\/blobs\/uploads\/([0-9a-f-]{36})$/;

  const created = (response: Response, name: string, digest: string) => {
    response.setHeader('Location', `/v2/${name}/blobs/${digest}`);
    response.setHeader('Docker-Content-Digest', digest);
    response.status(201).end();
  };
  const accepted = (
    response: Response,
    status: number,
    name: string,
    id: string,
    size: number,
  ) => {
    response.setHeader('Location', `/v2/${name}/blobs/uploads/${id}`);
    response.setHeader('Docker-Upload-UUID', id);
    response.setHeader('Range', `0-${Math.max(size - 1, 0)}`);
    response.status(status).end();
  };

  router.post(
    /^\/(.+)\/blobs\/uploads\/?$/,
    body,
    async (request, response) => {
      const name = nameOf(request);
      const { digest, mount, from } = request.query;
      if (typeof mount === 'string' && typeof from === 'string') {
        if (await store.mountBlob(name, checkDigest(mount), checkName(from))) {
          created(response, name, mount);
          return;
        }
      }
      const id = await store.startUpload();
      if (digest === undefined) {
        accepted(response, 202, name, id, 0);
        return;
      }
      await store.appendUpload(id, contentOf(request));
      const expected = checkDigest(digest);
      try {
        await store.finishUpload(name, id, expected);
      } catch (error) {
        await store.cancelUpload(id);
        throw error;
      }
      created(response, name, expected);
    },
  );

  router.get(uploads, async (request, response) => {
    const name = nameOf(request);
    const id = request.params[1];
    accepted(response, 204, name, id, await store.uploadSize(id));
  });

  router.patch(uploads, body, async (request, response) => {
    const name = nameOf(request);
    const id = request.params[1];
    const size = await store.uploadSize(id);
    const start = /^(\d+)-\d+$/.exec(request.headers['content-range'] ?? '');
    if (start && Number(start[1]) !== size) {
      throw new RegistryError(
        'BLOB_UPLOAD_INVALID',
        'chunks must be uploaded in order',
        { expected: size, received: Number(start[1]) },
      );
    }
    const total = await store.appendUpload(id, contentOf(request));
    accepted(response, 202, name, id, total);
  });

  router.put(uploads, body, async (request, response) => {
    const name = nameOf(request);
    const id = request.params[1];
    const digest = checkDigest(request.query.digest);
    await store.appendUpload(id, contentOf(request));
    await store.finishUpload(name, id, digest);
    created(response, name, digest);
  });

  router.delete(uploads, async (request, response) => {
    nameOf(request);
    await store.cancelUpload(request.params[1]);
    response.status(204).end();
  });
}
