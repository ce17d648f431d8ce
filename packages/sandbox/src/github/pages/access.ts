import type { Request, RequestHandler } from 'express';
import type { GithubContext } from '../context';
import { GithubError, notFound } from '../errors';
import type { Repository } from '../store/Repository';

const ownHosts = ({ url, port }: Pick<GithubContext, 'url' | 'port'>) => [
  new URL(url).host,
  ...['127.0.0.1', 'localhost', '[::1]'].map(name => `${name}:${port}`),
];

const isLoopback = (address = '') => /^(::ffff:)?127\.|^::1$/.test(address);

/** A machine reaches an address of its own from that same address. */
const isThisMachine = ({ socket }: Request) =>
  isLoopback(socket.remoteAddress) ||
  socket.remoteAddress === socket.localAddress;

/**
 * Pages are shown without signing in, so they answer only to their own names (a foreign name
 * that resolves to this machine must not read them), and change things only for their own forms
 * and for who sits at this machine: what is changed here can run programs.
 */
export function onlyOwnPages(
  context: Pick<GithubContext, 'url' | 'port'>,
): RequestHandler {
  return (request, response, next) => {
    const host = request.headers.host ?? '';
    if (!ownHosts(context).includes(host)) {
      next(new GithubError(403, `The sandbox does not answer to ${host}`));
      return;
    }
    const reads = ['GET', 'HEAD'].includes(request.method);
    if (!reads && !isThisMachine(request)) {
      next(
        new GithubError(
          403,
          'Only the machine that runs the sandbox may change things on these pages',
        ),
      );
      return;
    }
    const origins = [`http://${host}`, new URL(context.url).origin];
    if (!reads && !origins.includes(request.headers.origin ?? '')) {
      next(
        new GithubError(403, 'The form was not sent by a page of the sandbox'),
      );
      return;
    }
    response.setHeader(
      'Content-Security-Policy',
      "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    );
    response.setHeader('Referrer-Policy', 'same-origin');
    response.setHeader('Cache-Control', 'no-store');
    next();
  };
}

export function repositoryOf(
  context: GithubContext,
  request: Request,
): Repository {
  const { owner, repo } = request.params;
  const repository = context.repositories.get(owner, repo);
  if (!repository) {
    throw notFound();
  }
  return repository;
}

/** Splits `ref/path`; a ref may itself have slashes. */
export async function refAndPath(
  repository: Repository,
  text: string,
): Promise<{ ref: string; sha: string; path: string }> {
  const parts = text.split('/').filter(Boolean);
  for (let i = 1; i <= parts.length; i++) {
    const ref = parts.slice(0, i).join('/');
    const sha = await repository.git.resolve(ref);
    if (sha) {
      return { ref, sha, path: parts.slice(i).join('/') };
    }
  }
  throw notFound();
}
