import { once } from 'node:events';
import { createServer } from 'node:http';
import { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';

export interface GithubCall {
  method: string;
  path: string;
  body?: any;
}

type Answer = { status: number; body?: unknown };

/** GitHub's REST as far as the actions here use it, on a port of its own. */
export async function startFakeGithub() {
  const calls: GithubCall[] = [];
  const answers = new Map<string, Answer>();
  const server = createServer(async (request, response) => {
    const path = request.url!.replace('/api/v3', '');
    const call: GithubCall = {
      method: request.method!,
      path,
      body: request.method === 'POST' ? await json(request) : undefined,
    };
    calls.push(call);
    const { status, body } = answers.get(`${call.method} ${path}`) ?? {
      status: 404,
      body: { message: 'Not Found' },
    };
    response.writeHead(status, { 'content-type': 'application/json' });
    response.end(body === undefined ? undefined : JSON.stringify(body));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`;

  const answer = (route: string, status: number, body?: unknown) =>
    answers.set(route, { status, body });
  const addRepository = (full: string) =>
    answer(`GET /repos/${full}`, 200, {
      ssh_url: `git@${host.split(':')[0]}:${full}.git`,
      html_url: `http://${host}/${full}`,
      default_branch: 'main',
    });

  answer('GET /users/acme', 200, { login: 'acme', type: 'Organization' });
  answer('GET /meta', 200, { ssh_keys: ['ssh-ed25519 AAAAhostkey'] });
  addRepository('acme/fleet-prod-eu');

  return {
    host,
    calls,
    answer,
    addRepository,
    config: {
      integrations: {
        github: [
          { host, apiBaseUrl: `http://${host}/api/v3`, token: 'test-token' },
        ],
      },
    },
    async stop() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

export type FakeGithub = Awaited<ReturnType<typeof startFakeGithub>>;
