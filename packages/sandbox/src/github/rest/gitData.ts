import type { Router } from 'express';
import { z } from 'zod';
import { GithubError, notFound, validationFailed } from '../errors';
import type { GithubContext } from '../context';
import { isRefName, isTreePath } from '../git/BareRepository';
import { signatureOf } from '../commitFile';
import { readBody } from './body';
import type { Views } from './views';

const sha = z.string().regex(/^[0-9a-f]{40}$/);
const person = z.object({
  name: z.string().min(1),
  email: z.string().min(1),
  date: z.iso.datetime({ offset: true }).optional(),
});

const newBlob = z.object({
  content: z.string(),
  encoding: z.enum(['utf-8', 'base64']).optional(),
});

const newTree = z.object({
  base_tree: sha.optional(),
  tree: z.array(
    z.object({
      path: z.string().refine(isTreePath, 'tree.path is not a valid path'),
      mode: z.enum(['100644', '100755', '120000']),
      type: z.string().optional(),
      sha: sha.nullable().optional(),
      content: z.string().optional(),
    }),
  ),
});

const newCommit = z.object({
  message: z.string(),
  tree: sha,
  parents: z.array(sha).optional(),
  author: person.optional(),
  committer: person.optional(),
});

/** Blobs, trees, commits and refs: what octokit's create-pull-request writes with. */
export function addGitDataRoutes(
  router: Router,
  { auth, repositories }: GithubContext,
  views: Views,
): void {
  const base = '/repos/:owner/:repo/git';

  router.post(`${base}/blobs`, async (request, response) => {
    const { repository } = auth.writable(request);
    const input = readBody(request, 'Blob', newBlob);
    const id = await repository.git.writeBlob(
      Buffer.from(
        input.content,
        input.encoding === 'base64' ? 'base64' : 'utf8',
      ),
    );
    response
      .status(201)
      .json({ sha: id, url: views.repoApi(repository, `/git/blobs/${id}`) });
  });

  router.get(`${base}/blobs/:sha`, async (request, response) => {
    const { repository } = auth.repository(request, 'read');
    const content = await repository.git.blob(request.params.sha);
    if (!content) {
      throw notFound();
    }
    response.json({
      sha: request.params.sha,
      url: views.repoApi(repository, `/git/blobs/${request.params.sha}`),
      size: content.length,
      encoding: 'base64',
      content: content.toString('base64'),
    });
  });

  router.post(`${base}/trees`, async (request, response) => {
    const { repository } = auth.writable(request);
    const { git } = repository;
    const input = readBody(request, 'Tree', newTree);
    if (input.base_tree && !(await git.hasObject(input.base_tree, 'tree'))) {
      throw new GithubError(422, 'base_tree is not a valid tree oid');
    }
    const changes = [];
    for (const item of input.tree) {
      const blob =
        item.content === undefined
          ? item.sha
          : await git.writeBlob(Buffer.from(item.content));
      if (
        blob === undefined ||
        (blob && !(await git.hasObject(blob, 'blob')))
      ) {
        throw new GithubError(422, 'tree.sha is not a valid blob');
      }
      changes.push({ path: item.path, mode: item.mode, sha: blob });
    }
    const id = await git.createTree(input.base_tree, changes);
    response.status(201).json({
      sha: id,
      url: views.repoApi(repository, `/git/trees/${id}`),
      tree: await git.tree(id),
      truncated: false,
    });
  });

  router.get(`${base}/trees/:sha(*)`, async (request, response) => {
    const { repository } = auth.repository(request, 'read');
    const { git } = repository;
    const name = request.params.sha;
    const id = (await git.hasObject(name, 'tree'))
      ? name
      : await git.resolve(name);
    const recursive = request.query.recursive !== undefined;
    const entries = id ? await git.tree(id, { recursive }) : undefined;
    if (!id || !entries) {
      throw notFound();
    }
    response.json({
      sha: id,
      url: views.repoApi(repository, `/git/trees/${id}`),
      truncated: false,
      tree: entries.map(entry => ({
        ...entry,
        url: views.repoApi(repository, `/git/${entry.type}s/${entry.sha}`),
      })),
    });
  });

  router.post(`${base}/commits`, async (request, response) => {
    const { repository, principal } = auth.writable(request);
    const { git } = repository;
    const input = readBody(request, 'Commit', newCommit);
    const parents = input.parents ?? [];
    if (!(await git.hasObject(input.tree, 'tree'))) {
      throw new GithubError(422, 'Tree SHA does not exist');
    }
    for (const parent of parents) {
      if (!(await git.hasObject(parent, 'commit'))) {
        throw new GithubError(
          422,
          'Parent SHA does not exist or is not a commit object',
        );
      }
    }
    const id = await git.createCommit({
      message: input.message,
      tree: input.tree,
      parents,
      author: input.author ?? signatureOf(principal.login),
      committer: input.committer,
    });
    response
      .status(201)
      .json(views.gitCommit(repository, await git.commit(id)));
  });

  router.get(`${base}/commits/:sha`, async (request, response) => {
    const { repository } = auth.repository(request, 'read');
    const { git } = repository;
    if (!(await git.hasObject(request.params.sha, 'commit'))) {
      throw notFound();
    }
    const commit = await git.commit(request.params.sha);
    response.json(views.gitCommit(repository, commit));
  });

  const refView = (ref: string, id: string, url: string) => ({
    ref,
    url,
    object: { type: 'commit', sha: id },
  });

  router.get(`${base}/ref/:ref(*)`, async (request, response) => {
    const { repository } = auth.repository(request, 'read');
    const ref = `refs/${request.params.ref}`;
    const id = (await repository.git.refs())[ref];
    if (!id) {
      throw repository.record.value.empty
        ? new GithubError(409, 'Git Repository is empty.')
        : notFound();
    }
    response.json(refView(ref, id, views.repoApi(repository, `/git/${ref}`)));
  });

  router.post(`${base}/refs`, async (request, response) => {
    const { repository, principal } = auth.writable(request);
    const input = readBody(
      request,
      'Reference',
      z.object({ ref: z.string(), sha }),
    );
    const { git } = repository;
    if (!/^refs\/(heads|tags)\//.test(input.ref) || !isRefName(input.ref)) {
      throw validationFailed({
        resource: 'Reference',
        code: 'invalid',
        field: 'ref',
        message: 'Reference name is invalid',
      });
    }
    if (!(await git.hasObject(input.sha, 'commit'))) {
      throw new GithubError(422, 'Object does not exist');
    }
    if ((await git.refs())[input.ref]) {
      throw new GithubError(422, 'Reference already exists');
    }
    await git.updateRef(input.ref, input.sha);
    await repositories.refsChanged(repository, principal.login);
    response
      .status(201)
      .json(
        refView(
          input.ref,
          input.sha,
          views.repoApi(repository, `/git/${input.ref}`),
        ),
      );
  });

  router.patch(`${base}/refs/:ref(*)`, async (request, response) => {
    const { repository, principal } = auth.writable(request);
    const { git } = repository;
    const ref = `refs/${request.params.ref}`;
    const input = readBody(
      request,
      'Reference',
      z.object({ sha, force: z.boolean().optional() }),
    );
    const current = (await git.refs())[ref];
    if (!current) {
      throw new GithubError(422, 'Reference does not exist');
    }
    if (!(await git.hasObject(input.sha, 'commit'))) {
      throw new GithubError(422, 'Object does not exist');
    }
    if (!input.force && (await git.mergeBase(current, input.sha)) !== current) {
      throw new GithubError(422, 'Update is not a fast forward');
    }
    await git.updateRef(ref, input.sha, current);
    await repositories.refsChanged(repository, principal.login);
    response.json(
      refView(ref, input.sha, views.repoApi(repository, `/git/${ref}`)),
    );
  });

  router.delete(`${base}/refs/:ref(*)`, async (request, response) => {
    const { repository, principal } = auth.writable(request);
    const ref = `refs/${request.params.ref}`;
    if (!(await repository.git.refs())[ref]) {
      throw new GithubError(422, 'Reference does not exist');
    }
    await repository.git.deleteRef(ref);
    await repositories.refsChanged(repository, principal.login);
    response.status(204).end();
  });
}
