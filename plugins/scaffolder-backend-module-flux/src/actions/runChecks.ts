import { InputError } from '@backstage/errors';
import { ActionContext } from '@backstage/plugin-scaffolder-node';

const toldBefore = (error: unknown) =>
  error instanceof Error ? error.message : String(error);

/** Runs checks at once, and tells everything that they find wrong in one error. */
export async function runChecks(checks: Promise<void>[]): Promise<void> {
  const problems = (await Promise.allSettled(checks)).filter(
    result => result.status === 'rejected',
  );
  if (problems.length === 1) {
    throw problems[0].reason;
  }
  if (problems.length > 1) {
    throw new InputError(
      problems.map(({ reason }) => toldBefore(reason)).join('\n'),
    );
  }
}

/**
 * Runs `work`, which makes sure that nothing is there yet, once in the life of a task: in a later try, what
 * it looks for may be there because an earlier try made it. In a dry run it isn't run at all.
 */
export async function checkOnce(
  ctx: Pick<ActionContext<any, any, any>, 'checkpoint' | 'isDryRun' | 'logger'>,
  key: string,
  work: () => Promise<void>,
): Promise<void> {
  if (ctx.isDryRun) {
    ctx.logger.info('Dry run: nothing is asked, names are only put together');
    return;
  }
  let checked = false;
  await ctx.checkpoint({
    key,
    fn: async () => {
      await work();
      checked = true;
      return { passed: true };
    },
  });
  if (!checked) {
    ctx.logger.info('Checked already in an earlier try of this task');
  }
}
