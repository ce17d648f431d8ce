import type { Request, Router } from 'express';
import { z } from 'zod';
import { notFound } from '../errors';
import type { GithubContext } from '../context';
import { isRefName } from '../git/BareRepository';
import { readBody } from './body';
import { linkPages, readPage, slicePage } from './pagination';
import type { Views } from './views';

const newRepository = z.object({
  name: z.string().min(1),
  description: z.string().nullish(),
  homepage: z.string().nullish(),
  private: z.boolean().optional(),
  visibility: z.enum(['public', 'private', 'internal']).optional(),
  auto_init: z.boolean().optional(),
  allow_auto_merge: z.boolean().optional(),
  allow_merge_commit: z.boolean().optional(),
  allow_rebase_merge: z.boolean().optional(),
  allow_squash_merge: z.boolean().optional(),
  allow_update_branch: z.boolean().optional(),
  delete_branch_on_merge: z.boolean().optional(),
});

const changedRepository = newRepository
  .partial()
  .omit({ name: true, auto_init: true })
  .extend({
    default_branch: z.string().optional(),
    archived: z.boolean().optional(),
  });

function settingsOf(body: z.infer<typeof changedRepository>) {
  return Object.fromEntries(
    Object.entries(body).filter(
      ([key, value]) =>
        (key.startsWith('allow_') || key === 'delete_branch_on_merge') &&
        value !== undefined,
    ),
  );
}

const isPrivate = (body: { private?: boolean; visibility?: string }) =>
  body.visibility ? body.visibility !== 'public' : body.private;

export function addRepositoryRoutes(
  router: Router,
  { auth, organizations, repositories, runner, runs, url }: GithubContext,
  views: Views,
): void {
  const create = async (owner: string, request: Request, login: string) => {
    const input = readBody(request, 'Repository', newRepository);
    const repository = await repositories.create({
      owner,
      name: input.name,
      description: input.description,
      homepage: input.homepage,
      private: isPrivate(input),
      settings: settingsOf(input),
    });
    if (input.auto_init) {
      const { git } = repository;
      const blob = await git.writeBlob(Buffer.from(`# ${input.name}\n`));
      const tree = await git.createTree(undefined, [
        { path: 'README.md', mode: '100644', sha: blob },
      ]);
      const sha = await git.createCommit({
        message: 'Initial commit\n',
        tree,
        parents: [],
        author: { name: login, email: `${login}@users.noreply.localhost` },
      });
      await git.updateRef(`refs/heads/${repository.defaultBranch}`, sha);
      await repositories.refsChanged(repository, login);
    }
    return repository;
  };

  router.post('/orgs/:org/repos', async (request, response) => {
    const principal = auth.require(request, 'admin');
    if (!organizations.includes(request.params.org)) {
      throw notFound();
    }
    const { org } = request.params;
    const repository = await create(org, request, principal.login);
    response.status(201).json(views.repository(repository, principal));
  });

  router.post('/user/repos', async (request, response) => {
    const principal = auth.require(request, 'admin');
    const { login } = principal;
    const repository = await create(login, request, login);
    response.status(201).json(views.repository(repository, principal));
  });

  router.get(
    ['/orgs/:owner/repos', '/users/:owner/repos', '/user/repos'],
    async (request, response) => {
      const principal = auth.authenticate(request);
      const owner = request.params.owner ?? auth.require(request, 'read').login;
      const page = readPage(request);
      const visible = repositories
        .list(owner)
        .filter(r => principal || !r.record.value.private);
      const { items, hasNext } = slicePage(visible, page);
      linkPages(request, response, url, page, hasNext);
      response.json(items.map(r => views.repository(r, principal)));
    },
  );

  router.get('/repos/:owner/:repo', async (request, response) => {
    const { repository, principal } = auth.repository(request, 'read');
    response.json(views.repository(repository, principal));
  });

  router.patch('/repos/:owner/:repo', async (request, response) => {
    const { repository, principal } = auth.writable(request, 'admin');
    const input = readBody(request, 'Repository', changedRepository);
    if (input.default_branch !== undefined) {
      const branch = input.default_branch;
      const sha = isRefName(branch)
        ? await repository.git.resolve(`refs/heads/${branch}`)
        : undefined;
      if (!sha) {
        throw notFound();
      }
      await repository.git.setHead(branch);
    }
    await repository.record.update(record => ({
      ...record,
      description:
        input.description === undefined
          ? record.description
          : input.description,
      homepage: input.homepage === undefined ? record.homepage : input.homepage,
      private: isPrivate(input) ?? record.private,
      archived: input.archived ?? record.archived,
      defaultBranch: input.default_branch ?? record.defaultBranch,
      settings: { ...record.settings, ...settingsOf(input) },
      updatedAt: new Date().toISOString(),
    }));
    response.json(views.repository(repository, principal));
  });

  router.delete('/repos/:owner/:repo', async (request, response) => {
    const { repository } = auth.writable(request, 'admin');
    await runner.forget(repository);
    runs.forget(repository);
    await repositories.delete(repository);
    response.status(204).end();
  });

  router.get('/repos/:owner/:repo/topics', async (request, response) => {
    const { repository } = auth.repository(request, 'read');
    response.json({ names: repository.record.value.topics });
  });

  router.put('/repos/:owner/:repo/topics', async (request, response) => {
    const { repository } = auth.writable(request, 'admin');
    const { names } = readBody(
      request,
      'Repository',
      z.object({
        names: z.array(z.string().regex(/^[a-z0-9][a-z0-9-]{0,49}$/)),
      }),
    );
    await repository.record.update(r => ({ ...r, topics: names }));
    response.json({ names });
  });
}
