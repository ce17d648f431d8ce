import type { Request, Response, Router } from 'express';
import { posix } from 'node:path';
import { z } from 'zod';
import { GithubError, notFound, validationFailed } from '../errors';
import type { GithubContext } from '../context';
import { isTreePath } from '../git/BareRepository';
import type { Repository } from '../store/Repository';
import { commitFile } from '../commitFile';
import { readBody } from './body';
import type { Views } from './views';

const fileBody = z.object({
  message: z.string().min(1),
  content: z.base64().optional(),
  sha: z.string().optional(),
  branch: z.string().optional(),
  author: z.object({ name: z.string(), email: z.string() }).optional(),
});

async function commitOf(repository: Repository, ref: unknown) {
  const name = typeof ref === 'string' && ref ? ref : repository.defaultBranch;
  const sha = await repository.git.resolve(name);
  if (!sha) {
    throw new GithubError(
      404,
      repository.record.value.empty
        ? 'This repository is empty.'
        : `No commit found for the ref ${name}`,
    );
  }
  return { sha, name };
}

/** Reading and writing files, and the tarball of a commit. */
export function addContentRoutes(
  router: Router,
  context: GithubContext,
  views: Views,
): void {
  const { auth, logger } = context;
  const contents = '/repos/:owner/:repo/contents/:path(*)?';
  const pathOf = (request: Request) =>
    (request.params.path ?? '').replace(/^\/+|\/+$/g, '');

  router.get(contents, async (request, response) => {
    const { repository } = auth.repository(request, 'read');
    const { sha, name } = await commitOf(repository, request.query.ref);
    const path = pathOf(request);
    const entry = await repository.git.entry(sha, path);
    if (!entry) {
      throw notFound();
    }
    response.setHeader('ETag', `"${entry.sha}"`);
    if (request.fresh) {
      response.status(304).end();
      return;
    }
    if (entry.type === 'tree') {
      const children = (await repository.git.tree(entry.sha)) ?? [];
      response.json(
        children.map(child =>
          views.content(
            repository,
            { ...child, path: posix.join(path, child.path) },
            name,
          ),
        ),
      );
      return;
    }
    const content = (await repository.git.blob(entry.sha)) ?? Buffer.alloc(0);
    // Both spellings are in use: v3.raw, and raw+json since.
    if (
      /application\/vnd\.github\.(v3\.)?raw/.test(request.headers.accept ?? '')
    ) {
      response.type('application/vnd.github.v3.raw; charset=utf-8');
      response.send(content);
      return;
    }
    response.json({
      ...views.content(repository, entry, name),
      encoding: 'base64',
      content: content.toString('base64').replace(/(.{60})/g, '$1\n'),
    });
  });

  const write = async (request: Request, response: Response) => {
    const { repository, principal } = auth.writable(request);
    const path = pathOf(request);
    const input = readBody(request, 'Content', fileBody);
    const removing = request.method === 'DELETE';
    if (!isTreePath(path) || (!removing && input.content === undefined)) {
      throw validationFailed({
        resource: 'Content',
        code: 'invalid',
        field: isTreePath(path) ? 'content' : 'path',
      });
    }
    const result = await commitFile(context.repositories, repository, {
      branch: input.branch ?? repository.defaultBranch,
      path,
      content: removing ? null : Buffer.from(input.content ?? '', 'base64'),
      message: input.message,
      expected: input.sha ?? null,
      login: principal.login,
      author: input.author,
    });
    response.status(result.created ? 201 : 200).json({
      content: result.entry
        ? views.content(
            repository,
            result.entry,
            input.branch ?? repository.defaultBranch,
          )
        : null,
      commit: views.gitCommit(repository, result.commit),
    });
  };
  router.put(contents, write);
  router.delete(contents, write);

  router.get(
    '/repos/:owner/:repo/tarball/:ref(*)?',
    async (request, response) => {
      const { repository } = auth.repository(request, 'read');
      const { sha } = await commitOf(repository, request.params.ref);
      const { owner, name } = repository;
      const archive = repository.git.archive(
        sha,
        `${owner}-${name}-${sha.slice(0, 7)}`,
      );
      response.type('application/x-gzip');
      response.setHeader(
        'Content-Disposition',
        `attachment; filename=${owner}-${name}-${sha.slice(0, 7)}.tar.gz`,
      );
      response.on('close', () => archive.kill());
      archive.stdout!.pipe(response);
      archive.on('error', error => {
        logger.error(`GitHub double: git archive failed: ${error.message}`);
        response.destroy();
      });
    },
  );
}
