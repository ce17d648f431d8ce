import { IncomingHttpHeaders } from 'node:http';

// By the fetch standard these have no body, and a Response refuses one
const WITHOUT_BODY = new Set([204, 205, 304]);

export function toResponse(options: {
  status: number;
  headers: IncomingHttpHeaders;
  body: ReadableStream<Uint8Array>;
}): Response {
  const headers = new Headers();
  for (const [name, value] of Object.entries(options.headers)) {
    if (!name.startsWith(':')) {
      [value ?? []].flat().forEach(v => headers.append(name, String(v)));
    }
  }
  const { status } = options;
  if (!WITHOUT_BODY.has(status)) {
    return new Response(options.body, { status, headers });
  }
  // Nothing is left to read, but the stream counts as open until somebody has
  options.body.pipeTo(new WritableStream()).catch(() => {});
  return new Response(null, { status, headers });
}
