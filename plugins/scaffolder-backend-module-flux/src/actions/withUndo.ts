import { assertError, stringifyError } from '@backstage/errors';
import { withMessage } from '../withMessage';

/** Collects how to take back what was done so far. */
export interface Undo {
  /** `what` is named in the error when it can't be taken back. */
  add(what: string, takeBack: () => Promise<void>): void;
}

/**
 * Runs `work`; when it fails, takes back what it registered, last first. The error then says what was
 * removed and what was left, and `unchanged` where nothing was.
 */
export async function withUndo<T>(
  unchanged: string,
  work: (undo: Undo) => Promise<T>,
): Promise<T> {
  const done: { what: string; takeBack: () => Promise<void> }[] = [];
  try {
    return await work({
      add: (what, takeBack) => done.unshift({ what, takeBack }),
    });
  } catch (error) {
    assertError(error);
    const removed: string[] = [];
    const left: string[] = [];
    for (const { what, takeBack } of done) {
      try {
        await takeBack();
        removed.push(what);
      } catch (problem) {
        left.push(`${what} (${stringifyError(problem)})`);
      }
    }
    throw withMessage(
      error,
      [
        error.message,
        ...(removed.length ? [`Removed again: ${removed.join(', ')}`] : []),
        left.length
          ? `Left behind, remove by hand: ${left.join(', ')}`
          : unchanged,
      ].join('. '),
    );
  }
}
