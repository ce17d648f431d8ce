import type { Request, Router } from 'express';
import type { GithubContext } from '../context';
import { notFound } from '../errors';
import { diffText } from '../git/diff';
import { currentPull, mergePull } from '../pulls';
import type { PullRecord } from '../store/records';
import type { Repository } from '../store/Repository';
import { repositoryOf } from './access';
import { commitTable } from './codePages';
import { html } from './html';
import { dateText, diffBlock, page } from './layout';

const stateOf = (pull: PullRecord) => (pull.mergedAt ? 'merged' : pull.state);

/** Pull requests and their merge button. */
export function addPullPages(router: Router, context: GithubContext): void {
  const one = '/:owner/:repo/pull/:number(\\d+)';

  const pullOf = async (repository: Repository, request: Request) => {
    const found = repository.details.value.pulls.find(
      p => p.number === Number(request.params.number),
    );
    if (!found) {
      throw notFound();
    }
    return currentPull(repository, found);
  };

  const diffOf = async (repository: Repository, pull: PullRecord) => {
    const from = await repository.git.mergeBase(pull.base.sha, pull.head.sha);
    return { from, diff: await diffText(repository.git, from, pull.head.sha) };
  };

  router.get('/:owner/:repo/pulls', async (request, response) => {
    const repository = repositoryOf(context, request);
    const pulls = [...repository.details.value.pulls].reverse();
    response.send(
      page({
        title: 'Pull requests',
        repository: repository.fullName,
        body: pulls.length
          ? html`<table>
              ${pulls.map(
                p => html`<tr>
                  <td>
                    <a href="/${repository.fullName}/pull/${p.number}"
                      >${p.title} #${p.number}</a
                    >
                  </td>
                  <td>${stateOf(p)}</td>
                  <td class="muted">${p.user}, ${dateText(p.createdAt)}</td>
                </tr>`,
              )}
            </table>`
          : html`<p>There are no pull requests.</p>`,
      }),
    );
  });

  router.get(`${one}.diff`, async (request, response) => {
    const repository = repositoryOf(context, request);
    const pull = await pullOf(repository, request);
    const { diff } = await diffOf(repository, pull);
    response.type('text/plain').send(diff);
  });

  router.get(one, async (request, response) => {
    const repository = repositoryOf(context, request);
    const { fullName, git } = repository;
    const pull = await pullOf(repository, request);
    const { from, diff } = await diffOf(repository, pull);
    const commits = await git.commits(pull.head.sha, { not: from, limit: 100 });
    const mergeable =
      pull.state === 'open' &&
      (await git.mergeTree(pull.base.sha, pull.head.sha)) !== undefined;
    response.send(
      page({
        title: `${pull.title} #${pull.number}`,
        repository: fullName,
        body: html`<p>
            <strong>${stateOf(pull)}</strong> · ${pull.user} asks to merge
            <code>${pull.head.ref}</code> into <code>${pull.base.ref}</code>
          </p>
          ${pull.body && html`<pre>${pull.body}</pre>`}
          ${mergeable &&
          html`<form
            method="post"
            action="/${fullName}/pull/${pull.number}/merge"
          >
            <button>Merge pull request</button>
          </form>`}
          ${pull.state === 'open' &&
          !mergeable &&
          html`<p class="bad">
            This branch has conflicts that must be resolved with git.
          </p>`}
          ${pull.mergeCommitSha &&
          html`<p class="good">
            Merged by ${pull.mergedBy} as
            <a href="/${fullName}/commit/${pull.mergeCommitSha}"
              ><code>${pull.mergeCommitSha.slice(0, 7)}</code></a
            >
          </p>`}
          <h2>Commits</h2>
          ${commitTable(repository, commits)}
          <h2>Files changed</h2>
          ${diffBlock(diff)}`,
      }),
    );
  });

  router.post(`${one}/merge`, async (request, response) => {
    const repository = repositoryOf(context, request);
    const pull = await pullOf(repository, request);
    await mergePull(context.repositories, repository, pull.number, {
      login: context.webLogin,
    });
    response.redirect(303, `/${repository.fullName}/pull/${pull.number}`);
  });
}
