import { ClusterApiError } from '../clusters/ClusterApiError';

const FIRST_MS = 500;

/**
 * How long to wait after a number of failures in a row: ever longer up to a maximum, and spread, so that those
 * who failed together don't come back together. An API server that names a time itself gets it.
 */
export function retryDelay(
  error: unknown,
  failures: number,
  maxMs: number,
): number {
  const asked =
    error instanceof ClusterApiError ? error.retryAfterMs : undefined;
  const delay = Math.min(maxMs, FIRST_MS * 2 ** (failures - 1));
  return (asked ?? 0) + delay * (0.5 + Math.random() / 2);
}
