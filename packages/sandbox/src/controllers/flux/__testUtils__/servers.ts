import { spawn } from 'node:child_process';
import { createServer, RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A server on a free port that can be away for a while and come back on the same one. */
async function startServer(listener: RequestListener) {
  const server = createServer(listener);
  const start = (port: number) =>
    new Promise<void>(done => {
      server.listen(port, '127.0.0.1', done);
    });
  const stop = () =>
    new Promise<void>(done => {
      server.close(() => done());
      server.closeAllConnections();
    });
  await start(0);
  const { port } = server.address() as AddressInfo;
  return { address: `127.0.0.1:${port}`, start: () => start(port), stop };
}

/** An OCI registry as far as a scan asks it. */
export async function startTags(tags: Record<string, string[]>) {
  const server = await startServer((request, response) => {
    const name = /^\/v2\/(.+)\/tags\/list/.exec(request.url ?? '')?.[1];
    const found = name === undefined || tags[name] !== undefined;
    response.writeHead(found ? 200 : 404);
    response.end(
      JSON.stringify(
        found
          ? { tags: name && tags[name] }
          : { errors: [{ code: 'NAME_UNKNOWN', message: 'Unknown name' }] },
      ),
    );
  });
  return { ...server, tags };
}

/** The bare repositories of a directory by smart HTTP; `refusesPushes` answers 403 to a push. */
export async function startGitServer(directory: string) {
  const options = { refusesPushes: false };
  const server = await startServer((request, response) => {
    const [path, query = ''] = (request.url ?? '').split('?');
    if (options.refusesPushes && request.url?.includes('git-receive-pack')) {
      response.writeHead(403).end();
      return;
    }
    const child = spawn('git', ['http-backend'], {
      env: {
        PATH: process.env.PATH,
        GIT_PROJECT_ROOT: directory,
        GIT_HTTP_EXPORT_ALL: '1',
        PATH_INFO: path,
        REQUEST_METHOD: request.method,
        QUERY_STRING: query,
        CONTENT_TYPE: request.headers['content-type'] ?? '',
        HTTP_CONTENT_ENCODING: request.headers['content-encoding'] ?? '',
        GIT_PROTOCOL: String(request.headers['git-protocol'] ?? ''),
        REMOTE_USER: 'flux',
      },
    });
    request.pipe(child.stdin);
    child.stdin.on('error', () => {});
    const chunks: Buffer[] = [];
    child.stdout.on('data', chunk => chunks.push(chunk));
    child.on('close', () => {
      const answer = Buffer.concat(chunks);
      const end = answer.indexOf('\r\n\r\n');
      const head = answer.subarray(0, end).toString().split('\r\n');
      const headers = head.map(line => line.split(/: /) as [string, string]);
      const status = headers.find(([name]) => name === 'Status')?.[1] ?? '200';
      response.writeHead(
        parseInt(status, 10),
        Object.fromEntries(headers.filter(([name]) => name !== 'Status')),
      );
      response.end(answer.subarray(end + 4));
    });
  });
  return { ...server, options };
}
