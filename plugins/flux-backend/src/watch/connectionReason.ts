import { isError } from '@backstage/errors';
import { ClusterApiError } from '../clusters/ClusterApiError';
import { NotKubernetesError } from '../clusters/NotKubernetesError';

/**
 * Why a cluster couldn't be read, in words that follow “can’t be reached:”. Without an error it is that
 * the first answer hasn't come yet.
 */
export function connectionReason(error: unknown, timeoutMs: number): string {
  if (error instanceof ClusterApiError) {
    if (error.status === 401) {
      return `it doesn’t accept Backstage’s credentials (401): ${error.message}`;
    }
    if (error.status === 429) {
      return 'it is overloaded and asks to be left alone (429)';
    }
    return `it answered ${error.status}: ${error.message}`;
  }
  if (
    error === undefined ||
    (isError(error) && ['TimeoutError', 'AbortError'].includes(error.name))
  ) {
    return `it didn’t answer within ${timeoutMs / 1000} s`;
  }
  if (isError(error) && error.name === 'ServiceUnavailableError') {
    return networkReason(error);
  }
  if (isError(error) && error.name === 'ZodError') {
    return new NotKubernetesError().message;
  }
  return isError(error)
    ? error.message.slice(0, 500)
    : 'its answer can’t be read';
}

const NETWORK_REASONS: [RegExp, string][] = [
  [
    /no credentials of its own/,
    'Backstage has no credentials of its own for it',
  ],
  [/ECONNREFUSED/, 'nothing listens at its address'],
  [/ENOTFOUND|EAI_AGAIN/, 'its name can’t be resolved'],
  [/E(HOST|NET)UNREACH/, 'there is no way to its network'],
  [/ETIMEDOUT/, 'its network doesn’t answer'],
  [/ECONNRESET|socket hang up/, 'it broke the connection off'],
  [/CERT|self.signed|certificate/i, 'its certificate isn’t trusted'],
];

/** Addresses stay in the log; viewers of an entity needn’t know them. */
function networkReason(error: Error): string {
  const found = NETWORK_REASONS.find(([code]) => code.test(error.message));
  return found?.[1] ?? 'the Kubernetes plugin got no answer from it';
}
