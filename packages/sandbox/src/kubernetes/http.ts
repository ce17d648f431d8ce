import type { IncomingMessage, ServerResponse } from 'node:http';
import { parse } from 'yaml';
import { badRequest, StatusError } from './errors';

// etcd's own limit is 1.5 MB; an API server takes requests of up to 3 MB.
const BODY_LIMIT = 3 * 1024 * 1024;

export async function readBody(request: IncomingMessage): Promise<string> {
  // Clients that prefer a binary form go on with JSON after this answer.
  if (/protobuf|cbor/.test(request.headers['content-type'] ?? '')) {
    throw new StatusError(
      415,
      'UnsupportedMediaType',
      'the body of the request was in an unknown format - accepted media types include: application/json, application/yaml',
    );
  }
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    size += chunk.length;
    if (size > BODY_LIMIT) {
      throw new StatusError(
        413,
        'RequestEntityTooLarge',
        `Request entity too large: limit is ${BODY_LIMIT}`,
      );
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

/** JSON, or YAML, of which JSON is a part. */
export function parseBody(text: string): any {
  try {
    const body = parse(text);
    if (typeof body !== 'object' || body === null) {
      throw new Error('the body is no object');
    }
    return body;
  } catch (error) {
    throw badRequest(`error decoding the request body: ${error}`);
  }
}

export function sendJson(
  response: ServerResponse,
  code: number,
  body: unknown,
  headers: Record<string, string | string[]> = {},
): void {
  const text = JSON.stringify(body);
  response.writeHead(code, {
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(text),
    'cache-control': 'no-cache, private',
    ...headers,
  });
  response.end(text);
}

export function sendText(
  response: ServerResponse,
  code: number,
  text: string,
): void {
  response.writeHead(code, { 'content-type': 'text/plain; charset=utf-8' });
  response.end(text);
}
