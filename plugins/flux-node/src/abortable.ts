import { createDeferred } from '@backstage/types';

/**
 * The promise, or a rejection with the reason of the signal if that comes first. For work that others wait
 * for too, and that therefore goes on.
 *
 * @public
 */
export async function abortable<T>(
  promise: Promise<T>,
  signal: AbortSignal | undefined,
): Promise<T> {
  if (!signal) {
    return promise;
  }
  // Nobody may be left to hear what becomes of it
  promise.catch(() => {});
  signal.throwIfAborted();
  const aborted = createDeferred<never>();
  const abort = () => aborted.reject(signal.reason);
  signal.addEventListener('abort', abort, { once: true });
  try {
    return await Promise.race([promise, aborted]);
  } finally {
    signal.removeEventListener('abort', abort);
  }
}
