import type { Request, Router } from 'express';
import { z } from 'zod';
import { GithubError, notFound } from '../errors';
import type { GithubContext } from '../context';
import type { JobRecord, RunRecord } from '../actions/records';
import type { Repository } from '../store/Repository';
import { readBody } from './body';
import { linkPages, readPage, slicePage } from './pagination';
import type { Views } from './views';

/** Workflow runs, jobs and logs. */
export function addActionRoutes(
  router: Router,
  { auth, runner, runs, url }: GithubContext,
  views: Views,
): void {
  const base = '/repos/:owner/:repo/actions';

  const runView = (repository: Repository, run: RunRecord) => {
    const api = views.repoApi(repository, `/actions/runs/${run.id}`);
    return {
      id: run.id,
      name: run.name,
      display_title: run.title,
      run_number: run.number,
      run_attempt: run.attempt,
      event: run.event,
      path: run.path,
      head_branch: run.headBranch,
      head_sha: run.headSha,
      status: run.status,
      conclusion: run.conclusion,
      created_at: run.createdAt,
      run_started_at: run.startedAt,
      updated_at: run.updatedAt,
      actor: views.user(run.actor),
      url: api,
      jobs_url: `${api}/jobs`,
      logs_url: `${api}/logs`,
      rerun_url: `${api}/rerun`,
      html_url: views.repoHtml(repository, `/actions/runs/${run.id}`),
      repository: views.repository(repository),
    };
  };

  const jobView = (repository: Repository, run: RunRecord, job: JobRecord) => ({
    id: job.id,
    run_id: run.id,
    run_attempt: run.attempt,
    name: job.name,
    workflow_name: run.name,
    head_branch: run.headBranch,
    head_sha: run.headSha,
    status: job.status,
    conclusion: job.conclusion,
    created_at: run.createdAt,
    started_at: job.startedAt,
    completed_at: job.completedAt,
    url: views.repoApi(repository, `/actions/jobs/${job.id}`),
    html_url: views.repoHtml(
      repository,
      `/actions/runs/${run.id}/job/${job.id}`,
    ),
    steps: job.steps.map(step => ({
      number: step.number,
      name: step.name,
      status: step.status,
      conclusion: step.conclusion,
      started_at: step.startedAt,
      completed_at: step.completedAt,
    })),
  });

  const runOf = (repository: Repository, request: Request) => {
    const run = runs.get(repository, Number(request.params.run));
    if (!run) {
      throw notFound();
    }
    return run;
  };

  const jobOf = (repository: Repository, request: Request) => {
    for (const run of runs.list(repository)) {
      const job = run.jobs.find(j => j.id === Number(request.params.job));
      if (job) {
        return { run, job };
      }
    }
    throw notFound();
  };

  router.get(
    [`${base}/runs`, `${base}/workflows/:workflow/runs`],
    async (request, response) => {
      const { repository } = auth.repository(request, 'read');
      const { branch, head_sha: sha, status, event, actor } = request.query;
      const { workflow } = request.params;
      const found = runs
        .list(repository)
        .filter(r => !workflow || r.path.split('/').pop() === workflow)
        .filter(r => !branch || r.headBranch === branch)
        .filter(r => !sha || r.headSha === sha)
        .filter(r => !event || r.event === event)
        .filter(r => !actor || r.actor === actor)
        .filter(r => !status || r.status === status || r.conclusion === status);
      const page = readPage(request);
      const { items, hasNext } = slicePage(found, page);
      linkPages(request, response, url, page, hasNext);
      response.json({
        total_count: found.length,
        workflow_runs: items.map(r => runView(repository, r)),
      });
    },
  );

  router.get(`${base}/runs/:run(\\d+)`, async (request, response) => {
    const { repository } = auth.repository(request, 'read');
    response.json(runView(repository, runOf(repository, request)));
  });

  router.get(`${base}/runs/:run(\\d+)/jobs`, async (request, response) => {
    const { repository } = auth.repository(request, 'read');
    const run = runOf(repository, request);
    response.json({
      total_count: run.jobs.length,
      jobs: run.jobs.map(job => jobView(repository, run, job)),
    });
  });

  router.get(`${base}/jobs/:job(\\d+)`, async (request, response) => {
    const { repository } = auth.repository(request, 'read');
    const { run, job } = jobOf(repository, request);
    response.json(jobView(repository, run, job));
  });

  router.get(`${base}/jobs/:job(\\d+)/logs`, async (request, response) => {
    // GitHub shows logs to those who are signed in only, even of public repositories.
    auth.require(request, 'read');
    const { repository } = auth.repository(request, 'read');
    const { run, job } = jobOf(repository, request);
    const log = await runs.readLog(repository, run, job);
    if (log === undefined) {
      throw notFound();
    }
    response.type('text/plain; charset=utf-8').send(log);
  });

  router.post(
    [
      `${base}/runs/:run(\\d+)/rerun`,
      `${base}/runs/:run(\\d+)/rerun-failed-jobs`,
    ],
    async (request, response) => {
      const { repository } = auth.writable(request);
      await runner.rerun(repository, runOf(repository, request));
      response.status(201).json({});
    },
  );

  router.post(`${base}/runs/:run(\\d+)/cancel`, async (request, response) => {
    const { repository } = auth.writable(request);
    readBody(request, 'WorkflowRun', z.object({}).loose());
    const run = runOf(repository, request);
    if (run.status === 'completed') {
      throw new GithubError(
        409,
        'Cannot cancel a workflow run that is completed',
      );
    }
    await runner.cancel(run.id);
    response.status(202).json({});
  });
}
