import type { Router } from 'express';
import { z } from 'zod';
import { GithubError, notFound, validationFailed } from '../errors';
import type { GithubContext } from '../context';
import { normalizePublicKey } from '../ssh/publicKeys';
import { readBody } from './body';
import { linkPages, readPage, slicePage } from './pagination';
import type { Views } from './views';

const newKey = z.object({
  title: z.string().optional(),
  key: z.string(),
  read_only: z.boolean().optional(),
});

/** Deploy keys, branch protection, collaborators and teams. */
export function addAccessRoutes(
  router: Router,
  { auth, repositories, url }: GithubContext,
  views: Views,
): void {
  router.get('/repos/:owner/:repo/keys', async (request, response) => {
    const { repository } = auth.writable(request, 'admin');
    const page = readPage(request);
    const { items, hasNext } = slicePage(repository.details.value.keys, page);
    linkPages(request, response, url, page, hasNext);
    response.json(items.map(key => views.deployKey(repository, key)));
  });

  router.get('/repos/:owner/:repo/keys/:id', async (request, response) => {
    const { repository } = auth.writable(request, 'admin');
    const key = repository.details.value.keys.find(
      k => String(k.id) === request.params.id,
    );
    if (!key) {
      throw notFound();
    }
    response.json(views.deployKey(repository, key));
  });

  router.post('/repos/:owner/:repo/keys', async (request, response) => {
    const { repository, principal } = auth.writable(request, 'admin');
    const input = readBody(request, 'PublicKey', newKey);
    const publicKey = normalizePublicKey(input.key);
    if (!publicKey) {
      throw validationFailed({
        resource: 'PublicKey',
        code: 'custom',
        field: 'key',
        message: 'key is invalid. You must supply a key in OpenSSH format',
      });
    }
    const used = repositories
      .list()
      .some(r => r.details.value.keys.some(k => k.key === publicKey));
    if (used) {
      throw validationFailed({
        resource: 'PublicKey',
        code: 'custom',
        field: 'key',
        message: 'key is already in use',
      });
    }
    const key = {
      id: await repositories.nextId(),
      title: input.title ?? publicKey.split(' ')[1].slice(-12),
      key: publicKey,
      readOnly: input.read_only ?? false,
      addedBy: principal.login,
      createdAt: new Date().toISOString(),
    };
    await repository.details.update(d => ({ ...d, keys: [...d.keys, key] }));
    response.status(201).json(views.deployKey(repository, key));
  });

  router.delete('/repos/:owner/:repo/keys/:id', async (request, response) => {
    const { repository } = auth.writable(request, 'admin');
    const { keys } = repository.details.value;
    if (!keys.some(k => String(k.id) === request.params.id)) {
      throw notFound();
    }
    await repository.details.update(d => ({
      ...d,
      keys: d.keys.filter(k => String(k.id) !== request.params.id),
    }));
    response.status(204).end();
  });

  const collaborator = z.object({ permission: z.string().optional() });

  router.put(
    '/repos/:owner/:repo/collaborators/:username',
    async (request, response) => {
      const { repository } = auth.writable(request, 'admin');
      const { permission = 'push' } = readBody(
        request,
        'Repository',
        collaborator,
      );
      const { username } = request.params;
      await repository.details.update(d => ({
        ...d,
        collaborators: { ...d.collaborators, [username]: permission },
      }));
      response.status(204).end();
    },
  );

  router.put(
    '/orgs/:org/teams/:team/repos/:owner/:repo',
    async (request, response) => {
      const { repository } = auth.writable(request, 'admin');
      const { permission = 'push' } = readBody(
        request,
        'Repository',
        collaborator,
      );
      const { team } = request.params;
      await repository.details.update(d => ({
        ...d,
        teams: { ...d.teams, [team]: permission },
      }));
      response.status(204).end();
    },
  );

  const protection = '/repos/:owner/:repo/branches/:branch/protection';

  router.put(protection, async (request, response) => {
    const { repository } = auth.writable(request, 'admin');
    const { branch } = request.params;
    if (!(await repository.git.resolve(`refs/heads/${branch}`))) {
      throw new GithubError(404, 'Branch not found');
    }
    const rules = readBody(
      request,
      'Branch',
      z.record(z.string(), z.unknown()),
    );
    await repository.details.update(d => ({
      ...d,
      protection: { ...d.protection, [branch]: rules },
    }));
    response.json(views.protection(repository, branch, rules));
  });

  router.get(protection, async (request, response) => {
    const { repository } = auth.writable(request, 'admin');
    const { branch } = request.params;
    const rules = repository.details.value.protection[branch];
    if (!rules) {
      throw new GithubError(404, 'Branch not protected');
    }
    response.json(views.protection(repository, branch, rules));
  });

  router.delete(protection, async (request, response) => {
    const { repository } = auth.writable(request, 'admin');
    const { branch } = request.params;
    if (!repository.details.value.protection[branch]) {
      throw new GithubError(404, 'Branch not protected');
    }
    await repository.details.update(d => {
      const { [branch]: _, ...rest } = d.protection;
      return { ...d, protection: rest };
    });
    response.status(204).end();
  });

  router.post(
    `${protection}/required_signatures`,
    async (request, response) => {
      const { repository } = auth.writable(request, 'admin');
      const { branch } = request.params;
      if (!repository.details.value.protection[branch]) {
        throw new GithubError(404, 'Branch not protected');
      }
      await repository.details.update(d => ({
        ...d,
        requiredSignatures: [...new Set([...d.requiredSignatures, branch])],
      }));
      response.json({ url: `${url}${request.originalUrl}`, enabled: true });
    },
  );
}
