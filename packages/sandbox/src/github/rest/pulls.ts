import type { Request, Router } from 'express';
import { z } from 'zod';
import { notFound } from '../errors';
import type { GithubContext } from '../context';
import { changedFiles } from '../git/diff';
import { currentPull, mergePull, openPull, updatePull } from '../pulls';
import type { Repository } from '../store/Repository';
import { readBody } from './body';
import { linkPages, readPage, slicePage } from './pagination';
import type { Views } from './views';

const newPull = z.object({
  title: z.string().min(1),
  head: z.string().min(1),
  base: z.string().min(1),
  body: z.string().nullish(),
  draft: z.boolean().optional(),
});

const changedPull = z.object({
  title: z.string().min(1).optional(),
  body: z.string().nullish(),
  state: z.enum(['open', 'closed']).optional(),
});

const merge = z.object({
  commit_title: z.string().optional(),
  commit_message: z.string().optional(),
  sha: z.string().optional(),
  merge_method: z.enum(['merge', 'squash']).optional(),
});

const logins = z.array(z.string()).optional();

export function addPullRoutes(
  router: Router,
  { auth, repositories, url }: GithubContext,
  views: Views,
): void {
  const pulls = '/repos/:owner/:repo/pulls';
  const one = `${pulls}/:number(\\d+)`;

  const pullOf = async (repository: Repository, request: Request) => {
    const found = repository.details.value.pulls.find(
      p => p.number === Number(request.params.number),
    );
    if (!found) {
      throw notFound();
    }
    return currentPull(repository, found);
  };

  router.get(pulls, async (request, response) => {
    const { repository } = auth.repository(request, 'read');
    const state = String(request.query.state ?? 'open');
    const { head, base } = request.query;
    const found = repository.details.value.pulls
      .filter(p => state === 'all' || p.state === state)
      .filter(p => !base || p.base.ref === base)
      .filter(p => !head || `${repository.owner}:${p.head.ref}` === head)
      .reverse();
    const page = readPage(request);
    const { items, hasNext } = slicePage(found, page);
    linkPages(request, response, url, page, hasNext);
    const current = await Promise.all(
      items.map(p => currentPull(repository, p)),
    );
    response.json(current.map(p => views.pull(repository, p)));
  });

  router.post(pulls, async (request, response) => {
    const { repository, principal } = auth.writable(request);
    const input = readBody(request, 'PullRequest', newPull);
    const pull = await openPull(repositories, repository, {
      ...input,
      user: principal.login,
    });
    response.status(201).json(views.pull(repository, pull));
  });

  router.get(one, async (request, response) => {
    const { repository } = auth.repository(request, 'read');
    const pull = await pullOf(repository, request);
    const { git } = repository;
    const mergeable =
      pull.state === 'open'
        ? (await git.mergeTree(pull.base.sha, pull.head.sha)) !== undefined
        : null;
    response.json({
      ...views.pull(repository, pull),
      mergeable,
      mergeable_state: mergeable === false ? 'dirty' : 'clean',
    });
  });

  router.patch(one, async (request, response) => {
    const { repository } = auth.writable(request);
    const pull = await pullOf(repository, request);
    const input = readBody(request, 'PullRequest', changedPull);
    const state = input.state ?? pull.state;
    const updated = await updatePull(repository, pull.number, p => ({
      ...p,
      title: input.title ?? p.title,
      body: input.body === undefined ? p.body : input.body,
      state: p.mergedAt ? p.state : state,
      closedAt:
        state === 'closed' ? p.closedAt ?? new Date().toISOString() : null,
    }));
    response.json(
      views.pull(repository, await currentPull(repository, updated)),
    );
  });

  router.get(`${one}/files`, async (request, response) => {
    const { repository } = auth.repository(request, 'read');
    const pull = await pullOf(repository, request);
    const { git } = repository;
    const from = await git.mergeBase(pull.base.sha, pull.head.sha);
    response.json(await changedFiles(git, from, pull.head.sha));
  });

  router.get(`${one}/merge`, async (request, response) => {
    const { repository } = auth.repository(request, 'read');
    const pull = await pullOf(repository, request);
    response.status(pull.mergedAt ? 204 : 404).end();
  });

  router.put(`${one}/merge`, async (request, response) => {
    const { repository, principal } = auth.writable(request);
    const pull = await pullOf(repository, request);
    const input = readBody(request, 'PullRequest', merge);
    const merged = await mergePull(repositories, repository, pull.number, {
      login: principal.login,
      method: input.merge_method,
      title: input.commit_title,
      message: input.commit_message,
      sha: input.sha,
    });
    response.json({
      sha: merged.mergeCommitSha,
      merged: true,
      message: 'Pull Request successfully merged',
    });
  });

  router.post(`${one}/requested_reviewers`, async (request, response) => {
    const { repository } = auth.writable(request);
    const pull = await pullOf(repository, request);
    const input = readBody(
      request,
      'PullRequest',
      z.object({ reviewers: logins, team_reviewers: logins }),
    );
    const updated = await updatePull(repository, pull.number, p => ({
      ...p,
      requestedReviewers: input.reviewers ?? p.requestedReviewers,
      requestedTeams: input.team_reviewers ?? p.requestedTeams,
    }));
    response.status(201).json(views.pull(repository, updated));
  });

  const issue = '/repos/:owner/:repo/issues/:number(\\d+)';

  router.post(`${issue}/assignees`, async (request, response) => {
    const { repository } = auth.writable(request);
    const pull = await pullOf(repository, request);
    const { assignees = [] } = readBody(
      request,
      'Issue',
      z.object({ assignees: logins }),
    );
    const updated = await updatePull(repository, pull.number, p => ({
      ...p,
      assignees: [...new Set([...p.assignees, ...assignees])],
    }));
    response.status(201).json(views.pull(repository, updated));
  });

  router.post(`${issue}/labels`, async (request, response) => {
    const { repository } = auth.writable(request);
    const pull = await pullOf(repository, request);
    const { labels = [] } = readBody(
      request,
      'Label',
      z.object({ labels: logins }),
    );
    const updated = await updatePull(repository, pull.number, p => ({
      ...p,
      labels: [...new Set([...p.labels, ...labels])],
    }));
    response.json(updated.labels.map(name => ({ name })));
  });
}
