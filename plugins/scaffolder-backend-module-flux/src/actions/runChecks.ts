import { InputError } from '@backstage/errors';
import { ActionContext } from '@backstage/plugin-scaffolder-node';

const toldBefore = (error: unknown) =>
  error instanceof Error ? error.message : String(error);

/** Runs checks at once, and tells everything that they find wrong in one error. Answers what they found. */
export async function runChecks<T extends unknown[]>(
  checks: [...{ [K in keyof T]: Promise<T[K]> }],
): Promise<T> {
  const results: PromiseSettledResult<unknown>[] = await Promise.allSettled(
    checks,
  );
  const problems = results.filter(result => result.status === 'rejected');
  if (problems.length === 1) {
    throw problems[0].reason;
  }
  if (problems.length > 1) {
    throw new InputError(
      problems.map(({ reason }) => toldBefore(reason)).join('\n'),
    );
  }
  return Promise.all(checks) as Promise<T>;
}

/**
 * Runs `work`, which makes sure that nothing is there yet, once in the life of a task: in a later try, what
 * it looks for may be there because an earlier try made it. In a dry run it isn't run at all. Answers what
 * `work` found in the try that ran it; `undefined` in a dry run.
 */
export async function checkOnce<T extends string | void>(
  ctx: Pick<ActionContext<any, any, any>, 'checkpoint' | 'isDryRun' | 'logger'>,
  key: string,
  work: () => Promise<T>,
): Promise<T | undefined> {
  if (ctx.isDryRun) {
    ctx.logger.info('Dry run: nothing is asked, names are only put together');
    return undefined;
  }
  let checked = false;
  const { found } = await ctx.checkpoint({
    key,
    fn: async () => {
      const result = await work();
      checked = true;
      return { passed: true, found: result as string };
    },
  });
  if (!checked) {
    ctx.logger.info('Checked already in an earlier try of this task');
  }
  return found as T;
}
