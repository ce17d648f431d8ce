import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  interpolateMap,
  type ExpressionContext,
  type Outcome,
} from './expressions';
import { ghProgram } from './ghProgram';
import { githubVariables } from './githubContext';
import { JobEnvironment } from './JobEnvironment';
import { JobLog } from './JobLog';
import type { Conclusion } from './records';
import { runStep, withTimeout, type JobInput } from './runStep';

export type JobResult = {
  conclusion: Exclude<Conclusion, 'skipped'>;
  outputs: Record<string, string>;
  log: string;
  summary: string;
};

/** Runs the steps of a job, one after the other, in a fresh directory that is removed afterwards. */
export async function runJob(input: JobInput): Promise<JobResult> {
  const root = await mkdtemp(join(tmpdir(), 'sandbox-job-'));
  const log = new JobLog(input.logged);
  log.mask(input.token);
  log.mask(input.idToken?.token ?? '');
  const steps: Record<string, unknown> = {};
  let outcome: Outcome = 'success';
  let summary = '';
  try {
    const work = join(root, 'work', input.repository.name);
    const github = input.github(work);
    const environment = await JobEnvironment.create(
      root,
      input.repository.name,
      () => ({
        ...githubVariables(github),
        ...input.idToken?.variables,
      }),
      github.event,
    );
    await environment.addNodeProgram('gh', ghProgram);
    const jobTime = withTimeout(
      input.signal,
      Number(input.job['timeout-minutes'] ?? 360),
    );
    const context = (env: Record<string, string>): ExpressionContext => ({
      outcome,
      values: {
        ...input.values,
        github,
        env,
        steps,
        job: { status: outcome },
        runner: { os: 'Linux', arch: 'X64', temp: environment.temporary },
      },
    });
    const workflowEnv = interpolateMap(input.workflow.env, context({}));
    const jobEnv = {
      ...workflowEnv,
      ...interpolateMap(input.job.env, context(workflowEnv)),
    };
    for (const [index, step] of input.job.steps.entries()) {
      const result = await runStep(index, step, {
        input,
        environment,
        log,
        jobEnv,
        context,
        signal: jobTime.signal,
      });
      summary += result.summary;
      if (step.id) {
        steps[step.id] = {
          outputs: result.outputs,
          outcome: result.outcome,
          conclusion: result.conclusion,
        };
      }
      if (jobTime.timedOut() && outcome === 'success') {
        log.line('##[error]The job has exceeded its maximum execution time');
        outcome = 'failure';
      } else if (input.signal.aborted) {
        outcome = 'cancelled';
      } else if (result.conclusion === 'failure') {
        outcome = 'failure';
      }
    }
    const outputs = interpolateMap(input.job.outputs, context(jobEnv));
    return { conclusion: outcome, outputs, log: log.text, summary };
  } catch (error) {
    log.line(`##[error]${(error as Error).message}`);
    const conclusion = input.signal.aborted ? 'cancelled' : 'failure';
    return { conclusion, outputs: {}, log: log.text, summary };
  } finally {
    await rm(root, { recursive: true, force: true });
  }
}
