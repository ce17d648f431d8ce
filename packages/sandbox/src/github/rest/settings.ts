import type { Router } from 'express';
import { z } from 'zod';
import { GithubError, notFound } from '../errors';
import type { GithubContext } from '../context';
import { readBody } from './body';
import type { Views } from './views';

/** Users and organizations, `/meta`, and what a repository's Actions are set up with. */
export function addSettingsRoutes(
  router: Router,
  { auth, organizations, repositories, secretKey, sshHostKey }: GithubContext,
  views: Views,
): void {
  router.get('/meta', async (request, response) => {
    auth.authenticate(request);
    response.json({
      verifiable_password_authentication: false,
      ssh_keys: [sshHostKey],
    });
  });

  router.get('/user', async (request, response) => {
    response.json(views.user(auth.require(request, 'read').login));
  });

  router.get('/users/:login', async (request, response) => {
    const principal = auth.authenticate(request);
    const { login } = request.params;
    const known =
      organizations.includes(login) ||
      principal?.login === login ||
      repositories.list(login).length > 0;
    if (!known) {
      throw notFound();
    }
    response.json(views.user(login));
  });

  router.get('/orgs/:org', async (request, response) => {
    auth.authenticate(request);
    if (!organizations.includes(request.params.org)) {
      throw notFound();
    }
    response.json(views.user(request.params.org));
  });

  const actions = '/repos/:owner/:repo/actions';

  router.get(`${actions}/secrets/public-key`, async (request, response) => {
    auth.writable(request, 'admin');
    response.json({ key_id: secretKey.id, key: secretKey.key });
  });

  router.get(`${actions}/secrets`, async (request, response) => {
    const { repository } = auth.writable(request, 'admin');
    const secrets = Object.entries(repository.details.value.secrets).map(
      ([name, { updatedAt }]) => ({
        name,
        created_at: updatedAt,
        updated_at: updatedAt,
      }),
    );
    response.json({ total_count: secrets.length, secrets });
  });

  router.put(`${actions}/secrets/:name`, async (request, response) => {
    const { repository } = auth.writable(request, 'admin');
    const { name } = request.params;
    const input = readBody(
      request,
      'Secret',
      z.object({ encrypted_value: z.string().min(1), key_id: z.string() }),
    );
    if (!/^(?!GITHUB_)[A-Za-z_]\w*$/i.test(name)) {
      throw new GithubError(
        422,
        'Secret names can only contain alphanumeric characters or underscores, and cannot start with GITHUB_ or a number',
      );
    }
    if (input.key_id !== secretKey.id) {
      throw new GithubError(422, 'Public key is out of date');
    }
    const existed = name in repository.details.value.secrets;
    await repository.details.update(d => ({
      ...d,
      secrets: {
        ...d.secrets,
        [name]: {
          value: input.encrypted_value,
          keyId: input.key_id,
          updatedAt: new Date().toISOString(),
        },
      },
    }));
    response.status(existed ? 204 : 201).json(existed ? undefined : {});
  });

  router.post(`${actions}/variables`, async (request, response) => {
    const { repository } = auth.writable(request, 'admin');
    const { name, value } = readBody(
      request,
      'Variable',
      z.object({ name: z.string().regex(/^[A-Za-z_]\w*$/), value: z.string() }),
    );
    if (name in repository.details.value.variables) {
      throw new GithubError(409, 'Already exists - Variable already exists');
    }
    await repository.details.update(d => ({
      ...d,
      variables: { ...d.variables, [name]: value },
    }));
    response.status(201).json({});
  });

  router.put(`${actions}/oidc/customization/sub`, async (request, response) => {
    const { repository } = auth.writable(request, 'admin');
    const input = readBody(
      request,
      'OidcCustomization',
      z.record(z.string(), z.unknown()),
    );
    await repository.details.update(d => ({
      ...d,
      oidcCustomization: input,
    }));
    response.status(201).json({});
  });

  router.put(`${actions}/permissions/access`, async (request, response) => {
    const { repository } = auth.writable(request, 'admin');
    const input = readBody(
      request,
      'Repository',
      z.object({ access_level: z.enum(['none', 'user', 'organization']) }),
    );
    await repository.details.update(d => ({
      ...d,
      workflowAccess: input.access_level,
    }));
    response.status(204).end();
  });

  router.put('/repos/:owner/:repo/subscription', async (request, response) => {
    const { repository, principal } = auth.writable(request);
    const input = readBody(
      request,
      'Subscription',
      z.object({
        subscribed: z.boolean().optional(),
        ignored: z.boolean().optional(),
      }),
    );
    await repository.details.update(d => ({
      ...d,
      subscribers: [
        ...d.subscribers.filter(login => login !== principal.login),
        ...(input.subscribed ? [principal.login] : []),
      ],
    }));
    response.json({
      subscribed: input.subscribed ?? false,
      ignored: input.ignored ?? false,
      created_at: new Date().toISOString(),
    });
  });
}
