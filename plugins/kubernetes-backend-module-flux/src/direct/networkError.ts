import { toError } from '@backstage/errors';

/** Has what went wrong in its message, where Node.js and undici have it in a code, or in a list of attempts. */
export function networkError(thrown: unknown): Error {
  if (thrown instanceof AggregateError && thrown.errors.length > 0) {
    return networkError(thrown.errors[0]);
  }
  const error = toError(thrown);
  const code = codeOf(error);
  return !code || error.message.includes(code)
    ? error
    : new Error(`${code}: ${error.message}`);
}

// Node.js' own names for what undici calls differently
const CODES: Record<string, string> = {
  UND_ERR_SOCKET: 'ECONNRESET',
  UND_ERR_CONNECT_TIMEOUT: 'ETIMEDOUT',
};

function codeOf(error: Error): string | undefined {
  const { code } = error as NodeJS.ErrnoException;
  return code && (CODES[code] ?? code);
}
