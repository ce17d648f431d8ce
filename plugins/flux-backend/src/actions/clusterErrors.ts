import { isError } from '@backstage/errors';
import {
  describeRef,
  kindInfo,
  ResourceRef,
} from '@backstage-flux/plugin-flux-common';
import { ClusterApiError } from '../clusters/ClusterApiError';

/** Why an object couldn't be changed, in plain words. */
export function explainPatchError(ref: ResourceRef, error: unknown): string {
  const object = `${describeRef(ref)} in cluster ${ref.cluster}`;
  if (!(error instanceof ClusterApiError)) {
    const silent =
      isError(error) && ['TimeoutError', 'AbortError'].includes(error.name);
    return silent
      ? `Cluster ${ref.cluster} didn’t answer in time, so ${describeRef(
          ref,
        )} may have been changed or not; look again before you repeat it`
      : `Cluster ${ref.cluster} can’t be reached, ${describeRef(
          ref,
        )} was not changed`;
  }
  switch (error.status) {
    case 401:
      return `Cluster ${
        ref.cluster
      } doesn’t accept Backstage’s credentials, ${describeRef(
        ref,
      )} was not changed; an administrator has to renew them`;
    case 403:
      return `Backstage may not change ${object}: ${
        error.message
      }. An administrator of the cluster has to allow it to patch ${
        kindInfo(ref.group, ref.kind)?.plural ?? ref.kind
      }`;
    case 404:
      return `${object} doesn’t exist any more`;
    case 409:
      return `${object} was changed by somebody else at the same time; try again`;
    case 429:
      return `Cluster ${ref.cluster} is overloaded, ${describeRef(
        ref,
      )} was not changed; try again in ${Math.ceil(
        (error.retryAfterMs ?? 10_000) / 1000,
      )} s`;
    case 400:
    case 422:
      return `Cluster ${ref.cluster} refused the change of ${describeRef(
        ref,
      )}: ${error.message}`;
    default:
      return `Cluster ${ref.cluster} failed to change ${describeRef(ref)} (${
        error.status
      }): ${error.message}`;
  }
}
