import type { Router } from 'express';
import { GithubError, notFound } from '../errors';
import type { GithubContext } from '../context';
import { changedFiles } from '../git/diff';
import type { Commit } from '../git/commits';
import type { Repository } from '../store/Repository';
import { linkPages, readPage, slicePage } from './pagination';
import type { Views } from './views';

const otherCalls =
  /\/(check-runs|check-suites|comments|pulls|statuses|branches-where-head)$/;

/** Commits, their statuses, and branches. */
export function addCommitRoutes(
  router: Router,
  { auth, url, runs }: GithubContext,
  views: Views,
): void {
  const shaOf = async (repository: Repository, ref: string) => {
    const sha = await repository.git.resolve(ref);
    if (!sha) {
      throw new GithubError(422, `No commit found for SHA: ${ref}`);
    }
    return sha;
  };

  router.get('/repos/:owner/:repo/commits', async (request, response) => {
    const { repository } = auth.repository(request, 'read');
    const page = readPage(request);
    const ref = String(request.query.sha ?? '') || repository.defaultBranch;
    const path = String(request.query.path ?? '');
    const sha = await repository.git.resolve(ref);
    if (!sha) {
      throw repository.record.value.empty
        ? new GithubError(409, 'Git Repository is empty.')
        : notFound();
    }
    const found = await repository.git.commits(sha, {
      limit: page.perPage + 1,
      skip: (page.page - 1) * page.perPage,
      path,
    });
    linkPages(request, response, url, page, found.length > page.perPage);
    response.json(
      found.slice(0, page.perPage).map(c => views.commit(repository, c)),
    );
  });

  router.get(
    ['/repos/:owner/:repo/commits/:ref(*)/status'],
    async (request, response) => {
      const { repository, principal } = auth.repository(request, 'read');
      const sha = await shaOf(repository, request.params.ref);
      const statuses = runs.list(repository).filter(r => r.headSha === sha);
      let state = 'pending';
      if (statuses.length && statuses.every(r => r.conclusion === 'success')) {
        state = 'success';
      } else if (statuses.some(r => r.conclusion === 'failure')) {
        state = 'failure';
      }
      response.json({
        state,
        sha,
        total_count: 0,
        statuses: [],
        repository: views.repository(repository, principal),
        commit_url: views.repoApi(repository, `/commits/${sha}`),
        url: views.repoApi(repository, `/commits/${sha}/status`),
      });
    },
  );

  router.get(
    '/repos/:owner/:repo/commits/:ref(*)',
    async (request, response) => {
      // A ref may have slashes, but these are other calls, which are not answered here.
      if (otherCalls.test(request.params.ref)) {
        return 'next';
      }
      const { repository } = auth.repository(request, 'read');
      const sha = await shaOf(repository, request.params.ref);
      const commit: Commit = await repository.git.commit(sha);
      const files = await changedFiles(
        repository.git,
        commit.parents[0],
        commit.sha,
      );
      const sum = (key: 'additions' | 'deletions') =>
        files.reduce((total, file) => total + file[key], 0);
      response.json({
        ...views.commit(repository, commit),
        stats: {
          additions: sum('additions'),
          deletions: sum('deletions'),
          total: sum('additions') + sum('deletions'),
        },
        files,
      });
      return undefined;
    },
  );

  router.get('/repos/:owner/:repo/branches', async (request, response) => {
    const { repository } = auth.repository(request, 'read');
    const page = readPage(request);
    const refs = Object.entries(await repository.git.refs()).filter(([ref]) =>
      ref.startsWith('refs/heads/'),
    );
    const { items, hasNext } = slicePage(refs, page);
    linkPages(request, response, url, page, hasNext);
    response.json(
      items.map(([ref, sha]) => {
        const name = ref.slice('refs/heads/'.length);
        return {
          name,
          commit: { sha, url: views.repoApi(repository, `/commits/${sha}`) },
          protected: name in repository.details.value.protection,
        };
      }),
    );
  });

  router.get(
    '/repos/:owner/:repo/branches/:branch',
    async (request, response) => {
      const { repository } = auth.repository(request, 'read');
      const { branch } = request.params;
      const sha = await repository.git.resolve(`refs/heads/${branch}`);
      if (!sha) {
        throw new GithubError(404, 'Branch not found');
      }
      const commit = await repository.git.commit(sha);
      response.json(views.branch(repository, branch, commit));
    },
  );
}
