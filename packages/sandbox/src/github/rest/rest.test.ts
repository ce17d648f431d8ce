import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { git } from '../git/git';
import {
  startTestGithub,
  type TestGithub,
} from '../__testUtils__/startTestGithub';

const documentationUrl = 'https://docs.github.com/rest';

describe('the REST API', () => {
  let github: TestGithub;

  beforeEach(async () => {
    github = await startTestGithub();
    for (const body of [
      { name: 'orders', auto_init: true },
      { name: 'secret', private: true, auto_init: true },
    ]) {
      await github.api('/orgs/acme/repos', { method: 'POST', body });
    }
  });

  afterEach(() => github.stop());

  const create = (body: unknown, token?: string | null) =>
    github.api('/orgs/acme/repos', { method: 'POST', body, token });

  it('answers as GitHub does when a token is bad, missing or not enough', async () => {
    expect(await github.api('/user', { token: 'wrong' })).toMatchObject({
      status: 401,
      body: {
        message: 'Bad credentials',
        documentation_url: documentationUrl,
        status: '401',
      },
    });
    const anonymous = { token: null };
    expect(await github.api('/user', anonymous)).toMatchObject({
      status: 401,
      body: { message: 'Requires authentication' },
    });
    expect((await github.api('/repos/acme/orders', anonymous)).status).toBe(
      200,
    );
    expect((await github.api('/repos/acme/secret', anonymous)).status).toBe(
      404,
    );
    expect(await create({ name: 'new' }, 'read-token')).toMatchObject({
      status: 403,
      body: { message: 'Resource not accessible by personal access token' },
    });
    const read = { token: 'read-token' };
    expect((await github.api('/repos/acme/secret', read)).status).toBe(200);
    expect((await github.api('/repos/acme/secret/keys', read)).status).toBe(
      403,
    );
  });

  it('names the field that is wrong', async () => {
    expect(await create({ name: 'Orders' })).toMatchObject({
      status: 422,
      body: {
        message: 'Validation Failed',
        errors: [{ message: 'name already exists on this account' }],
      },
    });
    expect(await create({ name: 7 })).toMatchObject({
      status: 422,
      body: { errors: [{ resource: 'Repository', field: 'name' }] },
    });
    for (const name of ['..', '../x', 'a/b', '.git', 'a.git', 'a b']) {
      expect({ name, ...(await create({ name })) }).toMatchObject({
        name,
        status: 422,
      });
    }
    const nobody = await github.api('/orgs/nobody/repos', {
      method: 'POST',
      body: { name: 'x' },
    });
    expect(nobody.status).toBe(404);
    const broken = await fetch(`${github.url}/api/v3/orgs/acme/repos`, {
      method: 'POST',
      headers: {
        authorization: 'Bearer admin-token',
        'content-type': 'application/json',
      },
      body: '{',
    });
    expect(broken.status).toBe(400);
  });

  it('answers 404 to what it does not know, and says so in its log', async () => {
    const answer = await github.api('/repos/acme/orders/issues');
    expect(answer).toMatchObject({
      status: 404,
      body: { message: 'Not Found', documentation_url: documentationUrl },
    });
    expect(github.logger.warn).toHaveBeenCalledWith(
      'GitHub double: GET /repos/acme/orders/issues is not supported',
    );
    const checks = '/repos/acme/orders/commits/main/check-runs';
    expect((await github.api(checks)).status).toBe(404);
    expect(github.logger.warn).toHaveBeenCalledWith(
      `GitHub double: GET ${checks} is not supported`,
    );
  });

  it('lists and reads commits, in pages', async () => {
    for (const name of ['a.txt', 'b.txt']) {
      await github.api(`/repos/acme/orders/contents/${name}`, {
        method: 'PUT',
        body: { message: `Add ${name}`, content: 'YQo=' },
      });
    }
    const first = await github.api('/repos/acme/orders/commits?per_page=2');
    expect(first.body.map((c: any) => c.commit.message)).toEqual([
      'Add b.txt',
      'Add a.txt',
    ]);
    const [, next] = /<([^>]+)>; rel="next"/.exec(first.headers.get('link')!)!;
    const second = await (await fetch(next)).json();
    expect(second.map((c: any) => c.commit.message)).toEqual([
      'Initial commit',
    ]);
    const one = await github.api(
      `/repos/acme/orders/commits/${first.body[0].sha}`,
    );
    expect(one.body).toMatchObject({
      html_url: `${github.url}/acme/orders/commit/${first.body[0].sha}`,
      stats: { additions: 1, deletions: 0 },
      files: [{ filename: 'b.txt', status: 'added' }],
    });
    const touching = await github.api('/repos/acme/orders/commits?path=a.txt');
    expect(touching.body).toHaveLength(1);
    const none = await github.api('/repos/acme/orders/commits/nothing');
    expect(none.status).toBe(422);
  });

  it('reads only what is in the repository', async () => {
    for (const path of [
      '../HEAD',
      '%2e%2e/HEAD',
      '.git/config',
      '/etc/passwd',
    ]) {
      const answer = await github.api(
        `/repos/acme/orders/contents/${path.replace('../', '..%2f')}`,
      );
      expect({ path, status: answer.status }).toEqual({ path, status: 404 });
    }
    for (const ref of ['--output=x', 'main:README.md', 'main^{tree}', '@{0}']) {
      const query = encodeURIComponent(ref);
      const answer = await github.api(
        `/repos/acme/orders/contents/README.md?ref=${query}`,
      );
      expect({ ref, status: answer.status }).toEqual({ ref, status: 404 });
    }
    const outside = await github.api('/repos/acme/orders/git/trees', {
      method: 'POST',
      body: {
        tree: [{ path: '../x', mode: '100644', content: 'x' }],
      },
    });
    expect(outside.status).toBe(422);
  });

  it('serves git to those who may, and takes the first push’s branch as default', async () => {
    await create({ name: 'fresh', private: true });
    const remote = (token: string) => {
      const url = new URL(`${github.url}/acme/fresh.git`);
      url.username = 'x-access-token';
      url.password = token;
      return url.href;
    };
    const work = await github.temporaryDirectory();
    const env = {
      GIT_AUTHOR_NAME: 'guest',
      GIT_AUTHOR_EMAIL: 'guest@localhost',
      GIT_COMMITTER_NAME: 'guest',
      GIT_COMMITTER_EMAIL: 'guest@localhost',
    };
    await git(work, ['init', '--quiet', '--initial-branch=trunk']);
    await writeFile(join(work, 'a'), 'a'.repeat(3_000_000));
    await git(work, ['add', 'a']);
    await git(work, ['commit', '--quiet', '-m', 'First'], { env });
    const push = (token: string) =>
      git(work, ['push', '--quiet', remote(token), 'trunk']);
    await expect(push('wrong')).rejects.toThrow(/Authentication failed/);
    await expect(push('read-token')).rejects.toThrow(/403/);
    await push('admin-token');
    const record = await github.api('/repos/acme/fresh');
    expect(record.body.default_branch).toBe('trunk');

    const anonymous = git(work, [
      'clone',
      '--quiet',
      `${github.url}/acme/fresh.git`,
      'no',
    ]);
    await expect(anonymous).rejects.toThrow(/could not read Username/);
    await git(work, ['clone', '--quiet', remote('read-token'), 'yes']);
  });

  it('keeps everything over a restart, and deletes for good', async () => {
    await github.api('/repos/acme/orders/branches/main/protection', {
      method: 'PUT',
      body: { enforce_admins: true },
    });
    const before = await github.api('/repos/acme/orders');
    github = await github.restart();
    const after = await github.api('/repos/acme/orders');
    expect(after.body.id).toBe(before.body.id);
    const branch = await github.api('/repos/acme/orders/branches/main');
    expect(branch.body.protected).toBe(true);

    const remove = () => github.api('/repos/acme/orders', { method: 'DELETE' });
    expect((await remove()).status).toBe(204);
    expect((await remove()).status).toBe(404);
    github = await github.restart();
    expect((await github.api('/repos/acme/orders')).status).toBe(404);
    expect((await create({ name: 'orders' })).status).toBe(201);
  });

  it('refuses a merge that conflicts, and a stale update', async () => {
    const content = (text: string) => Buffer.from(text).toString('base64');
    const put = (branch: string, text: string, sha: string) =>
      github.api('/repos/acme/orders/contents/README.md', {
        method: 'PUT',
        body: { message: 'Change', content: content(text), branch, sha },
      });
    const readme = await github.api('/repos/acme/orders/contents/README.md');
    const main = await github.api('/repos/acme/orders/git/ref/heads/main');
    await github.api('/repos/acme/orders/git/refs', {
      method: 'POST',
      body: { ref: 'refs/heads/other', sha: main.body.object.sha },
    });
    expect((await put('other', 'theirs\n', readme.body.sha)).status).toBe(200);
    expect((await put('main', 'ours\n', readme.body.sha)).status).toBe(200);
    expect((await put('main', 'again\n', readme.body.sha)).status).toBe(409);
    const pull = await github.api('/repos/acme/orders/pulls', {
      method: 'POST',
      body: { title: 'Other', head: 'other', base: 'main' },
    });
    const path = `/repos/acme/orders/pulls/${pull.body.number}`;
    expect((await github.api(path)).body.mergeable).toBe(false);
    const merge = await github.api(`${path}/merge`, { method: 'PUT' });
    expect(merge).toMatchObject({
      status: 405,
      body: { message: expect.stringContaining('conflict') },
    });
  });

  it('answers the catalog’s discovery query', async () => {
    const query = `query q($org: String!, $ref: String!) {
      repositoryOwner(login: $org) { repositories(first: 1) {
        nodes { name url visibility defaultBranchRef { name }
          file: object(expression: $ref) { __typename ... on Blob { text } } }
        pageInfo { hasNextPage endCursor } } } }`;
    const ask = async (source: string) => {
      const response = await fetch(`${github.url}/api/graphql`, {
        method: 'POST',
        headers: {
          authorization: 'Bearer admin-token',
          'content-type': 'application/json',
        },
        body: JSON.stringify({
          query: source,
          variables: { org: 'acme', ref: 'HEAD:README.md' },
        }),
      });
      return response.json();
    };
    expect((await ask(query)).data.repositoryOwner.repositories).toEqual({
      nodes: [
        {
          name: 'orders',
          url: `${github.url}/acme/orders`,
          visibility: 'PUBLIC',
          defaultBranchRef: { name: 'main' },
          file: { __typename: 'Blob', text: '# orders\n' },
        },
      ],
      pageInfo: { hasNextPage: true, endCursor: '1' },
    });
    expect((await ask('{ viewer { login } }')).errors[0].message).toMatch(
      /viewer/,
    );
  });
});
