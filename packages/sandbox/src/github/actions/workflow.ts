import { parse } from 'yaml';
import { z } from 'zod';

/** A workflow that cannot be run; the message is for the person who wrote it. */
export class WorkflowProblem extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'WorkflowProblem';
  }
}

const scalar = z.union([z.string(), z.number(), z.boolean(), z.null()]);
const environment = z.record(z.string(), scalar);
const condition = z.union([z.string(), z.boolean(), z.number()]);
const runDefaults = z.looseObject({
  shell: z.string().optional(),
  'working-directory': z.string().optional(),
});
const defaults = z.looseObject({ run: runDefaults.optional() });
const minutes = z.union([z.number().positive(), z.string()]);

const step = z.strictObject({
  id: z.string().optional(),
  name: z.string().optional(),
  if: condition.optional(),
  uses: z.string().optional(),
  with: environment.optional(),
  run: z.string().optional(),
  env: environment.optional(),
  shell: z.string().optional(),
  'working-directory': z.string().optional(),
  'continue-on-error': condition.optional(),
  'timeout-minutes': minutes.optional(),
});

const job = z.strictObject({
  name: z.string().optional(),
  needs: z.union([z.string(), z.array(z.string())]).optional(),
  if: condition.optional(),
  'runs-on': z.unknown().optional(),
  permissions: z.unknown().optional(),
  concurrency: z.unknown().optional(),
  environment: z.unknown().optional(),
  env: environment.optional(),
  defaults: defaults.optional(),
  outputs: z.record(z.string(), scalar).optional(),
  'timeout-minutes': minutes.optional(),
  'continue-on-error': condition.optional(),
  steps: z.array(step).min(1),
});

const workflow = z.strictObject({
  name: z.string().optional(),
  'run-name': z.string().optional(),
  on: z.unknown().optional(),
  permissions: z.unknown().optional(),
  concurrency: z.unknown().optional(),
  env: environment.optional(),
  defaults: defaults.optional(),
  jobs: z.record(z.string().regex(/^[A-Za-z_][\w-]*$/), job),
});

export type Step = z.infer<typeof step>;
export type Job = z.infer<typeof job>;
export type Workflow = z.infer<typeof workflow>;

export const needsOf = (definition: Job): string[] =>
  [definition.needs ?? []].flat();

/** Reads only what starts a workflow, which must be known before anything else is judged. */
export function parseTriggers(text: string): { name?: string; on: unknown } {
  const document = parse(text);
  return { name: document?.name, on: document?.on };
}

/** Reads a workflow; what is wrong or not supported here is a {@link WorkflowProblem}. */
export function parseWorkflow(text: string): Workflow {
  let document: unknown;
  try {
    document = parse(text);
  } catch (error) {
    throw new WorkflowProblem(`Invalid workflow file: ${error}`);
  }
  const result = workflow.safeParse(document);
  if (!result.success) {
    const problems = result.error.issues.map(issue => {
      const at = issue.path.join('.') || 'the workflow';
      return issue.code === 'unrecognized_keys'
        ? `${at}: the sandbox does not support ${issue.keys.join(', ')}`
        : `${at}: ${issue.message}`;
    });
    throw new WorkflowProblem(`Invalid workflow file: ${problems.join('; ')}`);
  }
  for (const [key, definition] of Object.entries(result.data.jobs)) {
    for (const item of definition.steps) {
      if ((item.run === undefined) === (item.uses === undefined)) {
        throw new WorkflowProblem(
          `Invalid workflow file: jobs.${key}: each step needs either run or uses`,
        );
      }
    }
  }
  return result.data;
}

/** The jobs in an order in which each comes after those that it needs. */
export function orderJobs(jobs: Record<string, Job>): string[] {
  const ordered: string[] = [];
  const visit = (key: string, path: string[]) => {
    if (ordered.includes(key)) {
      return;
    }
    if (path.includes(key)) {
      throw new WorkflowProblem(
        `Invalid workflow file: jobs need each other: ${[...path, key].join(
          ' -> ',
        )}`,
      );
    }
    for (const need of needsOf(jobs[key])) {
      if (!jobs[need]) {
        throw new WorkflowProblem(
          `Invalid workflow file: job ${key} needs ${need}, which does not exist`,
        );
      }
      visit(need, [...path, key]);
    }
    ordered.push(key);
  };
  Object.keys(jobs).forEach(key => visit(key, []));
  return ordered;
}
