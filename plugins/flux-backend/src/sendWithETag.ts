import { createHash } from 'node:crypto';
import { Request, Response } from 'express';

/** Answers JSON under a strong ETag, or 304 to whoever has it already. */
export function sendWithETag(
  request: Request,
  response: Response,
  body: object,
) {
  const text = JSON.stringify(body);
  const hash = createHash('sha256').update(text).digest('base64url');
  response.set({ ETag: `"${hash}"`, 'Cache-Control': 'private, no-cache' });
  if (request.fresh) {
    response.status(304).end();
    return;
  }
  response.type('json').send(text);
}
