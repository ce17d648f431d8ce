import { Request, Response } from 'express';
import { RenderedView } from './RenderedView';

/** Answers a view under its ETag, or 304 to whoever has it already. Compressed once for all who ask. */
export async function sendView(
  request: Request,
  response: Response,
  view: RenderedView,
) {
  response.set({
    ETag: `"${view.etag}"`,
    'Cache-Control': 'private, no-cache',
    Vary: 'Accept-Encoding',
  });
  if (request.fresh) {
    response.status(304).end();
    return;
  }
  response.type('json');
  if (request.acceptsEncodings('gzip')) {
    response.set('Content-Encoding', 'gzip').end(await view.gzip());
    return;
  }
  response.end(view.json);
}
