import type { Request } from 'express';
import { z } from 'zod';
import { GithubError, validationFailed } from '../errors';

/** Checks a request's JSON body; what does not fit is a 422 that names the field. */
export function readBody<T extends z.ZodType>(
  request: Request,
  resource: string,
  schema: T,
): z.infer<T> {
  const body: unknown = request.body ?? {};
  if (typeof body !== 'object' || Array.isArray(body)) {
    throw new GithubError(400, 'Body should be a JSON object');
  }
  const result = schema.safeParse(body);
  if (!result.success) {
    throw validationFailed(
      ...result.error.issues.map(issue => ({
        resource,
        code: 'invalid',
        field: issue.path.join('.'),
        message: issue.message,
      })),
    );
  }
  return result.data;
}
