import { writeFile } from 'node:fs/promises';
import type { IdTokens } from '../oidc/IdTokens';
import type { Repository } from '../store/Repository';
import { runAction } from './actionSteps';
import { createCommandFiles, readCommandFiles } from './commandFiles';
import {
  evaluateCondition,
  interpolate,
  interpolateMap,
  toText,
  type ExpressionContext,
} from './expressions';
import type { createGithubContext } from './githubContext';
import type { ContainerEngine } from './ContainerEngine';
import { insideWorkspace, type JobEnvironment } from './JobEnvironment';
import type { JobLog } from './JobLog';
import type { Conclusion, StepRecord } from './records';
import { runShell } from './shell';
import {
  WorkflowProblem,
  type Job,
  type Step,
  type Workflow,
} from './workflow';

export type JobInput = {
  workflow: Workflow;
  job: Job;
  repository: Repository;
  url: string;
  registryUrl?: string;
  engine: ContainerEngine;
  token: string;
  /** With which steps ask who they are, where the job may. */
  idToken?: ReturnType<IdTokens['open']>;
  /** Contexts that do not depend on the job's own progress. */
  values: Record<string, unknown>;
  github(workspace: string): ReturnType<typeof createGithubContext>;
  signal: AbortSignal;
  logged(text: string): void;
  stepChanged(index: number, change: Partial<StepRecord>): Promise<void>;
};

const now = () => new Date().toISOString();

/** A signal that also aborts after so many minutes. */
export function withTimeout(
  signal: AbortSignal,
  minutes: number,
): { signal: AbortSignal; timedOut(): boolean } {
  const timeout = AbortSignal.timeout(Math.min(minutes * 60_000, 2 ** 31 - 1));
  return {
    signal: AbortSignal.any([signal, timeout]),
    timedOut: () => timeout.aborted && !signal.aborted,
  };
}

export function stepName(step: Step): string {
  return (
    step.name ??
    (step.uses ? `Run ${step.uses}` : `Run ${step.run!.split('\n')[0]}`)
  );
}

export type StepSurroundings = {
  input: JobInput;
  environment: JobEnvironment;
  log: JobLog;
  jobEnv: Record<string, string>;
  context(env: Record<string, string>): ExpressionContext;
  signal: AbortSignal;
};

export type StepResult = {
  /** What happened, and what it counts as after continue-on-error. */
  outcome: Conclusion;
  conclusion: Conclusion;
  outputs: Record<string, string>;
  summary: string;
};

/** Runs one step, and never throws for what the step does. */
export async function runStep(
  index: number,
  step: Step,
  surroundings: StepSurroundings,
): Promise<StepResult> {
  const { input, environment, log, signal } = surroundings;
  const done = async (
    outcome: Conclusion,
    rest: Partial<StepResult> = {},
  ): Promise<StepResult> => {
    const conclusion = rest.conclusion ?? outcome;
    await input.stepChanged(index, {
      status: 'completed',
      conclusion,
      completedAt: now(),
    });
    return { outputs: {}, summary: '', ...rest, outcome, conclusion };
  };
  const base = { ...surroundings.jobEnv, ...environment.added };
  let context = surroundings.context(base);
  // A cancelled job runs nothing more, whatever its conditions: the process may be about to end.
  if (signal.aborted) {
    return done(input.signal.aborted ? 'cancelled' : 'skipped');
  }
  try {
    if (!evaluateCondition(step.if, context)) {
      return await done('skipped');
    }
    await input.stepChanged(index, { status: 'in_progress', startedAt: now() });
    const env = { ...base, ...interpolateMap(step.env, context) };
    context = surroundings.context(env);
    log.line(`##[group]${interpolate(stepName(step), context)}`);
    const time = withTimeout(signal, Number(step['timeout-minutes'] ?? 360));
    const directory = environment.commandDirectory(index);
    const files = await createCommandFiles(directory);
    let failed: string | undefined;
    let outputs: Record<string, string> = {};
    try {
      if (step.uses) {
        outputs = await runAction(step.uses, {
          with: interpolateMap(step.with, context),
          repository: input.repository,
          url: input.url,
          registryUrl: input.registryUrl,
          engine: input.engine,
          sha: input.github(environment.workspace).sha,
          branch: input.github(environment.workspace).ref_name,
          environment,
          log,
          signal: time.signal,
        });
      } else {
        failed = await runScript(index, step, {
          ...surroundings,
          context: () => context,
          signal: time.signal,
          env: { ...env, ...files },
        });
      }
    } catch (error) {
      if (signal.aborted) {
        throw error;
      }
      failed = time.timedOut()
        ? `The action has timed out after ${step['timeout-minutes']} minutes`
        : (error as Error).message;
    } finally {
      log.flush();
    }
    const results = await readCommandFiles(directory);
    Object.assign(environment.added, results.env);
    results.path.forEach(path => environment.addPath(path));
    if (step.uses) {
      log.line('##[endgroup]');
    }
    const rest = {
      outputs: { ...outputs, ...results.outputs },
      summary: results.summary,
    };
    if (failed === undefined) {
      return await done('success', rest);
    }
    log.line(`##[error]${failed}`);
    const goesOn =
      step['continue-on-error'] !== undefined &&
      evaluateCondition(step['continue-on-error'], {
        ...context,
        outcome: 'success',
      });
    return await done('failure', {
      ...rest,
      conclusion: goesOn ? 'success' : 'failure',
    });
  } catch (error) {
    if (input.signal.aborted) {
      log.line('##[error]The operation was canceled.');
      return done('cancelled');
    }
    log.line(`##[error]${(error as Error).message}`);
    return done('failure');
  }
}

const shells = new Map([
  ['bash', ['--noprofile', '--norc', '-e', '-o', 'pipefail']],
  ['sh', ['-e']],
]);

/** Runs a `run:` step; gives why it failed, or undefined. */
async function runScript(
  index: number,
  step: Step,
  {
    input,
    environment,
    context,
    log,
    signal,
    env,
  }: Omit<StepSurroundings, 'jobEnv'> & { env: Record<string, string> },
): Promise<string | undefined> {
  const expressions = context(env);
  const defaults = {
    ...input.workflow.defaults?.run,
    ...input.job.defaults?.run,
  };
  const shell = step.shell ?? defaults.shell ?? 'bash';
  const options = shells.get(shell);
  if (!options) {
    throw new WorkflowProblem(
      `The sandbox has the shells bash and sh, not ${shell}`,
    );
  }
  const script = interpolate(step.run!, expressions);
  script
    .trimEnd()
    .split('\n')
    .forEach(line => log.line(line));
  log.line('##[endgroup]');
  const path = environment.scriptPath(index);
  await writeFile(path, script);
  const directory = step['working-directory'] ?? defaults['working-directory'];
  const exitCode = await runShell(shell, [...options, path], {
    cwd: insideWorkspace(
      environment.workspace,
      interpolate(toText(directory ?? '.'), expressions),
    ),
    env: environment.variables(env),
    signal,
    output: text => log.write(text),
  });
  return exitCode === 0
    ? undefined
    : `Process completed with exit code ${exitCode}.`;
}
