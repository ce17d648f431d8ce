import type { Request, Router } from 'express';
import type { GithubContext } from '../context';
import { notFound } from '../errors';
import type { Repository } from '../store/Repository';
import { repositoryOf } from './access';
import { Html, html } from './html';
import { dateText, page } from './layout';

type HasStatus = { status: string; conclusion: string | null };

function statusText({ status, conclusion }: HasStatus): Html {
  const kind = { success: 'good', failure: 'bad' }[conclusion ?? ''] ?? 'muted';
  const sign = { success: '✓', failure: '✗' }[conclusion ?? ''] ?? '○';
  return html`<span class="${kind}"
    >${sign} ${conclusion ?? status.replace('_', ' ')}</span
  >`;
}

/** Workflow runs with their logs. */
export function addRunPages(router: Router, context: GithubContext): void {
  const { runner, runs } = context;
  const base = '/:owner/:repo/actions';

  const runOf = (repository: Repository, request: Request) => {
    const run = runs.get(repository, Number(request.params.run));
    if (!run) {
      throw notFound();
    }
    return run;
  };

  router.get(base, async (request, response) => {
    const repository = repositoryOf(context, request);
    const found = runs.list(repository).slice(0, 100);
    response.send(
      page({
        title: 'Workflow runs',
        repository: repository.fullName,
        refresh: found.some(run => run.status !== 'completed'),
        body: found.length
          ? html`<table>
              ${found.map(
                run => html`<tr>
                  <td>${statusText(run)}</td>
                  <td>
                    <a href="/${repository.fullName}/actions/runs/${run.id}"
                      >${run.title}</a
                    >
                  </td>
                  <td>${run.name} #${run.number}</td>
                  <td class="muted">
                    ${run.headBranch} <code>${run.headSha.slice(0, 7)}</code>,
                    ${run.actor}, ${dateText(run.createdAt)}
                  </td>
                </tr>`,
              )}
            </table>`
          : html`<p>No workflow has run yet.</p>`,
      }),
    );
  });

  router.get(
    [`${base}/runs/:run(\\d+)`, `${base}/runs/:run(\\d+)/job/:job(\\d+)`],
    async (request, response) => {
      const repository = repositoryOf(context, request);
      const run = runOf(repository, request);
      const logs = await Promise.all(
        run.jobs.map(job => runs.readLog(repository, run, job)),
      );
      response.send(
        page({
          title: `${run.title}`,
          repository: repository.fullName,
          refresh: run.status !== 'completed',
          body: html`<p>
              ${statusText(run)} · ${run.name} #${run.number}, attempt
              ${run.attempt} ·
              <a href="/${repository.fullName}/commit/${run.headSha}"
                ><code>${run.headSha.slice(0, 7)}</code></a
              >
              on ${run.headBranch}, pushed by ${run.actor}
            </p>
            ${run.status === 'completed' &&
            html`<form
              method="post"
              action="/${repository.fullName}/actions/runs/${run.id}/rerun"
            >
              <button>Re-run</button>
            </form>`}
            ${run.problem && html`<pre class="bad">${run.problem}</pre>`}
            ${run.jobs.map(
              (job, index) => html`<section id="job-${job.id}">
                <h2>${job.name} ${statusText(job)}</h2>
                <table>
                  ${job.steps.map(
                    step => html`<tr>
                      <td>${step.name}</td>
                      <td>${statusText(step)}</td>
                    </tr>`,
                  )}
                </table>
                ${job.summary && html`<pre>${job.summary}</pre>`}
                ${logs[index] && html`<pre>${logs[index]}</pre>`}
              </section>`,
            )}`,
        }),
      );
    },
  );

  router.post(`${base}/runs/:run(\\d+)/rerun`, async (request, response) => {
    const repository = repositoryOf(context, request);
    const run = runOf(repository, request);
    await runner.rerun(repository, run);
    response.redirect(303, `/${repository.fullName}/actions/runs/${run.id}`);
  });
}
