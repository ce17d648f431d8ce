import {
  ConflictError,
  InputError,
  NotAllowedError,
  NotFoundError,
  ServiceUnavailableError,
} from '@backstage/errors';
import { z } from 'zod';

const statusSchema = z.object({
  kind: z.literal('Status'),
  message: z.string(),
});

const MAX_MESSAGE = 1_000;

/** Turns an API server's answer that is not 2xx into an error that names the cluster and what was asked. */
export async function clusterError(
  cluster: string,
  action: string,
  response: Response,
): Promise<Error> {
  const body = statusSchema.safeParse(
    await response.json().catch(() => undefined),
  );
  const reason = body.success
    ? body.data.message.slice(0, MAX_MESSAGE)
    : `it answered ${response.status}`;
  const message = `Cluster '${cluster}' did not ${action}: ${reason}`;
  switch (response.status) {
    case 400:
    case 422:
      return new InputError(message);
    case 401:
    case 403:
      return new NotAllowedError(
        `${message}; give the account that Backstage uses in this cluster that right`,
      );
    case 404:
      return new NotFoundError(message);
    case 409:
      return new ConflictError(message);
    default:
      return new ServiceUnavailableError(`${message}; try again later`);
  }
}
