import type { Request, Response, Router } from 'express';
import { RegistryError } from './errors';
import { checkDigest, checkName } from './names';
import type { RegistryStore } from './RegistryStore';

const uploads = /^\/(.+)\/blobs\/uploads\/([0-9a-f-]{36})$/;

const nameOf = (request: Request) => checkName(request.params[0]);

function created(response: Response, name: string, digest: string) {
  response.setHeader('Location', `/v2/${name}/blobs/${digest}`);
  response.setHeader('Docker-Content-Digest', digest);
  response.status(201).end();
}

function accepted(
  response: Response,
  status: number,
  upload: { name: string; id: string; size: number },
) {
  const { name, id, size } = upload;
  response.setHeader('Location', `/v2/${name}/blobs/uploads/${id}`);
  response.setHeader('Docker-Upload-UUID', id);
  response.setHeader('Range', `0-${Math.max(size - 1, 0)}`);
  response.status(status).end();
}

/** Uploads of blobs, at once or in chunks, written to disk as they come. */
export function addUploadRoutes(router: Router, store: RegistryStore): void {
  router.post(/^\/(.+)\/blobs\/uploads\/?$/, async (request, response) => {
    const name = nameOf(request);
    const { digest, mount, from } = request.query;
    if (typeof mount === 'string' && typeof from === 'string') {
      if (await store.mountBlob(name, checkDigest(mount), checkName(from))) {
        created(response, name, mount);
        return;
      }
    }
    const expected = digest === undefined ? undefined : checkDigest(digest);
    const id = await store.startUpload();
    if (expected === undefined) {
      accepted(response, 202, { name, id, size: 0 });
      return;
    }
    try {
      await store.appendUpload(id, request);
      await store.finishUpload(name, id, expected);
    } catch (error) {
      await store.cancelUpload(id);
      throw error;
    }
    created(response, name, expected);
  });

  router.get(uploads, async (request, response) => {
    const name = nameOf(request);
    const id = request.params[1];
    const size = await store.uploadSize(id);
    accepted(response, 204, { name, id, size });
  });

  router.patch(uploads, async (request, response) => {
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
    const total = await store.appendUpload(id, request);
    accepted(response, 202, { name, id, size: total });
  });

  router.put(uploads, async (request, response) => {
    const name = nameOf(request);
    const id = request.params[1];
    const digest = checkDigest(request.query.digest);
    await store.appendUpload(id, request);
    await store.finishUpload(name, id, digest);
    created(response, name, digest);
  });

  router.delete(uploads, async (request, response) => {
    nameOf(request);
    await store.cancelUpload(request.params[1]);
    response.status(204).end();
  });
}
