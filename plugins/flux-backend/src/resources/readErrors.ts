import {
  InputError,
  isError,
  NotAllowedError,
  NotFoundError,
  ServiceUnavailableError,
} from '@backstage/errors';
import { describeRef, ResourceRef } from '@backstage-flux/plugin-flux-common';
import { ClusterApiError } from '../clusters/ClusterApiError';
import { NotKubernetesError } from '../clusters/NotKubernetesError';

/**
 * Why something of an object couldn't be read, in plain words.
 *
 * @param what - e.g. `the events of Kustomization orders`.
 * @param right - What Backstage's account has to be allowed in the cluster, e.g. `list events`.
 */
export function explainReadError(
  ref: ResourceRef,
  what: string,
  right: string,
  error: unknown,
): Error {
  const { cluster } = ref;
  if (error instanceof NotKubernetesError) {
    return new ServiceUnavailableError(
      `Cluster ${cluster} can’t be read: ${error.message}`,
    );
  }
  if (!(error instanceof ClusterApiError)) {
    const silent =
      isError(error) && ['TimeoutError', 'AbortError'].includes(error.name);
    return silent
      ? new ServiceUnavailableError(
          `Cluster ${cluster} didn’t answer in time; try again`,
        )
      : new ServiceUnavailableError(
          `Cluster ${cluster} can’t be reached, so ${what} can’t be read`,
          error,
        );
  }
  switch (error.status) {
    case 400:
      return new InputError(
        `Cluster ${cluster} refused to give ${what}: ${error.message}`,
      );
    case 401:
      return new ServiceUnavailableError(
        `Cluster ${cluster} doesn’t accept Backstage’s credentials; an administrator has to renew them`,
      );
    case 403:
      return new NotAllowedError(
        `Backstage may not read ${what} in cluster ${cluster}: ${error.message}. An administrator of the cluster has to allow it to ${right}`,
      );
    case 404:
      return new NotFoundError(
        `${describeRef(ref)} in cluster ${cluster} doesn’t exist any more`,
      );
    case 429:
      return new ServiceUnavailableError(
        `Cluster ${cluster} is overloaded; try again in ${Math.ceil(
          (error.retryAfterMs ?? 10_000) / 1000,
        )} s`,
      );
    default:
      return new ServiceUnavailableError(
        `Cluster ${cluster} failed to give ${what} (${error.status}): ${error.message}`,
      );
  }
}
