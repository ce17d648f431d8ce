import { ResponseError } from '@backstage/errors';

/** The sentence that the backend sent, or the error's own. */
export function errorText(error: Error): string {
  return error instanceof ResponseError ? error.cause.message : error.message;
}

/** Id by which the request is found in the backend's log, where the response names it. */
export function requestId(error: Error): string | undefined {
  return error instanceof ResponseError
    ? error.response.headers.get('x-request-id') ?? undefined
    : undefined;
}

/** Whether the backend says that the reader lacks a permission. */
export function isForbidden(error: Error | undefined): boolean {
  return (
    error?.name === 'NotAllowedError' ||
    (error instanceof ResponseError && error.statusCode === 403)
  );
}

/** Whether the backend answered, and what it said is about what was asked for. */
export function isRefusal(error: Error): boolean {
  return (
    error instanceof ResponseError && [400, 403, 404].includes(error.statusCode)
  );
}
