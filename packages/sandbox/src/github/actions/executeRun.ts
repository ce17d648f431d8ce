import {
  evaluateCondition,
  interpolate,
  type ExpressionContext,
  type Outcome,
} from './expressions';
import { createGithubContext } from './githubContext';
import { idTokenClaims, mayRequestIdTokens } from './idTokenClaims';
import type { Conclusion, JobRecord, RunRecord, StepRecord } from './records';
import { runJob } from './runJob';
import { stepName, type JobInput } from './runStep';
import { actionsLogin, type RunnerOptions } from './options';
import type { Repository } from '../store/Repository';
import { cancelled } from './WorkflowRuns';
import {
  needsOf,
  orderJobs,
  parseWorkflow,
  WorkflowProblem,
  type Job,
  type Workflow,
} from './workflow';

export type RunInput = RunnerOptions & {
  repository: Repository;
  run: number;
  before: string;
  signal: AbortSignal;
};

type JobOutcome = { result: Conclusion; outputs: Record<string, string> };

const now = () => new Date().toISOString();

/** `write` where a job's permissions include any write, as for a token that is good for both. */
function tokenPermission(permissions: unknown): 'read' | 'write' {
  const writes =
    permissions === 'write-all' ||
    (typeof permissions === 'object' &&
      permissions !== null &&
      // The token has no part in what signs ID tokens
      Object.entries(permissions).some(
        ([scope, level]) => level === 'write' && scope !== 'id-token',
      ));
  return writes ? 'write' : 'read';
}

function secretsOf(repository: Repository, token: string) {
  const secrets: Record<string, string> = { GITHUB_TOKEN: token };
  for (const name of Object.keys(repository.details.value.secrets)) {
    Object.defineProperty(secrets, name, {
      enumerable: true,
      get() {
        throw new WorkflowProblem(
          `The sandbox keeps secrets sealed: secrets.${name} cannot be used in a run`,
        );
      },
    });
  }
  return secrets;
}

/** Runs all jobs of a run, and records what comes of it. Never throws for what a workflow does. */
export async function executeRun(input: RunInput): Promise<void> {
  const { repository, run: id, runs, signal } = input;
  const run = await runs.update(repository, id, r => ({
    ...r,
    status: 'in_progress',
    startedAt: now(),
  }));
  const end = (conclusion: Conclusion, problem?: string) =>
    runs.update(repository, id, r =>
      conclusion === 'cancelled'
        ? cancelled({ ...r, status: 'in_progress' })
        : { ...r, status: 'completed', conclusion, problem },
    );
  try {
    const file = await repository.git.file(run.headSha, run.path);
    const workflow = parseWorkflow(file?.toString('utf8') ?? '');
    const order = orderJobs(workflow.jobs);
    const jobs = await createJobs(input, workflow, order);
    await runs.update(repository, id, r => ({
      ...r,
      name: workflow.name ?? run.path,
      jobs,
    }));
    const outcomes: Record<string, JobOutcome> = {};
    for (const record of jobs) {
      outcomes[record.key] = await executeJob(
        input,
        run,
        workflow,
        record,
        outcomes,
      );
    }
    const results = Object.values(outcomes).map(o => o.result);
    if (signal.aborted) {
      await end('cancelled');
    } else {
      await end(results.includes('failure') ? 'failure' : 'success');
    }
  } catch (error) {
    if (!(error instanceof WorkflowProblem)) {
      input.logger.error(`GitHub double: run ${id} failed`, error as Error);
    }
    await end('failure', (error as Error).message);
  }
}

async function createJobs(
  { repositories }: RunInput,
  workflow: Workflow,
  order: string[],
): Promise<JobRecord[]> {
  const records: JobRecord[] = [];
  for (const key of order) {
    const job = workflow.jobs[key];
    records.push({
      id: await repositories.nextId(),
      key,
      name: job.name ?? key,
      status: 'queued',
      conclusion: null,
      startedAt: null,
      completedAt: null,
      permissions: job.permissions ?? workflow.permissions,
      steps: job.steps.map((step, index) => ({
        number: index + 1,
        name: stepName(step),
        status: 'queued',
        conclusion: null,
        startedAt: null,
        completedAt: null,
      })),
    });
  }
  return records;
}

/** What a job's `if` sees: the results of the jobs that it needs. */
function outcomeOf(needs: JobOutcome[], signal: AbortSignal): Outcome {
  if (signal.aborted) {
    return 'cancelled';
  }
  return needs.every(n => n.result === 'success') ? 'success' : 'failure';
}

/** The name of the deployment environment that a job is for. */
function environmentOf(
  { environment }: Job,
  context: ExpressionContext,
): string | undefined {
  const name =
    typeof environment === 'object'
      ? (environment as { name?: unknown } | null)?.name
      : environment;
  return typeof name === 'string' ? interpolate(name, context) : undefined;
}

async function executeJob(
  input: RunInput,
  run: RunRecord,
  workflow: Workflow,
  record: JobRecord,
  outcomes: Record<string, JobOutcome>,
): Promise<JobOutcome> {
  const { repository, runs, signal, url } = input;
  const job: Job = workflow.jobs[record.key];
  const update = (change: (job: JobRecord) => JobRecord) =>
    runs.update(repository, run.id, r => ({
      ...r,
      jobs: r.jobs.map(j => (j.id === record.id ? change(j) : j)),
    }));
  const changeStep = (index: number, change: Partial<StepRecord>) =>
    update(j => ({
      ...j,
      steps: j.steps.map((s, i) => (i === index ? { ...s, ...change } : s)),
    })).then(() => undefined);
  const finish = async (conclusion: Conclusion, more?: Partial<JobRecord>) => {
    await update(j => ({
      ...j,
      status: 'completed',
      conclusion,
      completedAt: now(),
      steps: j.steps.map(s =>
        s.status === 'completed'
          ? s
          : { ...s, status: 'completed', conclusion: 'skipped' },
      ),
      ...more,
    }));
  };
  const fail = async (error: unknown): Promise<JobOutcome> => {
    const log = `${now()} ##[error]${(error as Error).message}\n`;
    await runs.saveLog(repository, run.id, record.id, log);
    await finish('failure');
    return { result: 'failure', outputs: {} };
  };

  const needs = Object.fromEntries(
    needsOf(job).map(key => [key, outcomes[key]]),
  );
  const issued = input.auth.issue({
    login: actionsLogin,
    permission: tokenPermission(record.permissions),
    repository: repository.fullName,
  });
  let idToken: JobInput['idToken'];
  try {
    const commit = await repository.git.commit(run.headSha);
    const github = (workspace: string) =>
      createGithubContext({
        url,
        repository,
        run,
        commit,
        before: input.before,
        token: issued.token,
        workspace,
        job: record.key,
      });
    const values = {
      needs,
      secrets: secretsOf(repository, issued.token),
      vars: repository.details.value.variables,
      inputs: {},
    };
    const context = {
      outcome: outcomeOf(Object.values(needs), signal),
      values: { ...values, github: github('') },
    };
    if (signal.aborted) {
      await finish('cancelled');
      return { result: 'cancelled', outputs: {} };
    }
    if (!evaluateCondition(job.if, context)) {
      await finish('skipped');
      return { result: 'skipped', outputs: {} };
    }
    const name = interpolate(record.name, context);
    await update(j => ({
      ...j,
      name,
      status: 'in_progress',
      startedAt: now(),
    }));
    if (mayRequestIdTokens(record.permissions)) {
      idToken = input.idTokens.open(
        record.id,
        idTokenClaims(github(''), run.path, environmentOf(job, context)),
      );
    }
    const result = await runJob({
      workflow,
      job,
      repository,
      url,
      registryUrl: input.registryUrl,
      engine: input.engine,
      token: issued.token,
      idToken,
      values,
      github,
      signal,
      logged: text => runs.showLog(record.id, text),
      stepChanged: changeStep,
    });
    await runs.saveLog(repository, run.id, record.id, result.log);
    await finish(result.conclusion, { summary: result.summary || undefined });
    return { result: result.conclusion, outputs: result.outputs };
  } catch (error) {
    return await fail(error);
  } finally {
    issued.revoke();
    idToken?.close();
  }
}
