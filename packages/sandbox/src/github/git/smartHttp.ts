import { spawn } from 'node:child_process';
import type { Request, Response, Router } from 'express';
import type { Principal } from '../auth';
import type { GithubContext } from '../context';
import { GithubError } from '../errors';
import { isOwnerName, isRepositoryName } from '../store/names';
import type { Repository } from '../store/Repository';
import { gitEnvironment } from './git';

const services = ['git-upload-pack', 'git-receive-pack'];

/** Parses the header block of a CGI program's answer. */
function parseCgiHeaders(block: string) {
  const headers = block
    .split(/\r?\n/)
    .map(line => /^([^:]+):\s*(.*)$/.exec(line))
    .filter(match => match !== null)
    .map(match => [match[1], match[2]] as const);
  const status = headers.find(([name]) => name.toLowerCase() === 'status');
  return {
    status: status ? Number.parseInt(status[1], 10) : 200,
    headers: headers.filter(header => header !== status),
  };
}

/** Runs `git http-backend` for a request, and `finished` after it ended, before the answer ends. */
function runHttpBackend(
  request: Request,
  response: Response,
  repository: Repository,
  path: string,
  principal: Principal | undefined,
  finished: () => Promise<void>,
): Promise<void> {
  const { method, headers } = request;
  const child = spawn('git', ['http-backend'], {
    env: gitEnvironment({
      GIT_PROJECT_ROOT: repository.git.path,
      GIT_HTTP_EXPORT_ALL: '1',
      PATH_INFO: path,
      REQUEST_METHOD: method,
      QUERY_STRING: request.originalUrl.split('?')[1] ?? '',
      CONTENT_TYPE: headers['content-type'] ?? '',
      ...(headers['content-length'] && {
        CONTENT_LENGTH: headers['content-length'],
      }),
      ...(headers['content-encoding'] && {
        HTTP_CONTENT_ENCODING: headers['content-encoding'],
      }),
      ...(headers['git-protocol'] && {
        GIT_PROTOCOL: String(headers['git-protocol']),
      }),
      ...(principal && { REMOTE_USER: principal.login }),
    }),
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  child.stdin.on('error', () => undefined);
  request.pipe(child.stdin);
  // A client that leaves early must not leave a process that waits for it.
  response.on('close', () => child.kill());

  let head: Buffer | undefined = Buffer.alloc(0);
  let stderr = '';
  child.stderr.on('data', chunk => {
    stderr = (stderr + chunk).slice(-4000);
  });
  child.stdout.on('data', (chunk: Buffer) => {
    if (!head) {
      if (!response.write(chunk)) {
        child.stdout.pause();
        response.once('drain', () => child.stdout.resume());
      }
      return;
    }
    head = Buffer.concat([head, chunk]);
    const match = /\r?\n\r?\n/.exec(head.toString('latin1'));
    if (match) {
      const parsed = parseCgiHeaders(
        head.subarray(0, match.index).toString('latin1'),
      );
      response.status(parsed.status);
      parsed.headers.forEach(([name, value]) =>
        response.setHeader(name, value),
      );
      response.write(head.subarray(match.index + match[0].length));
      head = undefined;
    }
  });
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', () => {
      finished().then(() => {
        if (head) {
          reject(new Error(`git http-backend gave no answer: ${stderr}`));
          return;
        }
        response.end();
        resolve();
      }, reject);
    });
  });
}

/** Git's smart HTTP protocol at `/<owner>/<repo>.git` (and without `.git`, as on GitHub). */
export function addSmartHttpRoutes(
  router: Router,
  { auth, repositories }: GithubContext,
): void {
  const handle = async (
    request: Request,
    response: Response,
    path: string,
    service: string,
  ) => {
    const { owner } = request.params;
    const repo = request.params.repo.replace(/\.git$/, '');
    const writes = service === 'git-receive-pack';
    let principal: Principal | undefined;
    try {
      principal = auth.authenticate(request);
      if (writes) {
        principal = auth.require(request, 'write');
      }
    } catch (error) {
      if (error instanceof GithubError && error.status === 401) {
        response.setHeader('WWW-Authenticate', 'Basic realm="GitHub"');
      }
      const status = error instanceof GithubError ? error.status : 500;
      response
        .status(status)
        .type('text')
        .send(`${(error as Error).message}\n`);
      return;
    }
    const repository =
      isOwnerName(owner) && isRepositoryName(repo)
        ? repositories.get(owner, repo)
        : undefined;
    if (!repository || (repository.record.value.private && !principal)) {
      // GitHub asks for credentials rather than say that a repository does not exist.
      if (!principal) {
        response.setHeader('WWW-Authenticate', 'Basic realm="GitHub"');
      }
      response
        .status(principal ? 404 : 401)
        .type('text')
        .send('Repository not found.\n');
      return;
    }
    if (writes && repository.record.value.archived) {
      response
        .status(403)
        .type('text')
        .send('This repository was archived so it is read-only.\n');
      return;
    }
    await runHttpBackend(
      request,
      response,
      repository,
      path,
      principal,
      async () => {
        if (writes && principal) {
          await repositories.refsChanged(repository, principal.login);
        }
      },
    );
  };

  router.get('/:owner/:repo/info/refs', async (request, response) => {
    const service = String(request.query.service ?? '');
    if (!services.includes(service)) {
      response
        .status(403)
        .type('text')
        .send('Please upgrade your git client: only smart HTTP is served.\n');
      return;
    }
    await handle(request, response, '/info/refs', service);
  });

  router.post(
    '/:owner/:repo/:service(git-upload-pack|git-receive-pack)',
    async (request, response) => {
      const { service } = request.params;
      await handle(request, response, `/${service}`, service);
    },
  );
}
