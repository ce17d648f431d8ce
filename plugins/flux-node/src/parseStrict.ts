import { InputError } from '@backstage/errors';
import { z } from 'zod';
import { describeIssue, formatPath } from './describeIssue';

/**
 * Reads data that somebody sent, e.g. the body of a request, and says in one line which field is
 * wrong and what is expected. What is expected comes from the schema, as in {@link readStrictConfig}.
 *
 * @param what - What the data is, e.g. `body`.
 * @throws InputError
 * @public
 */
export function parseStrict<TSchema extends z.ZodType>(
  what: string,
  data: unknown,
  schema: TSchema,
): z.output<TSchema> {
  const result = schema.safeParse(data);
  if (result.success) {
    return result.data;
  }
  const { path, text } = describeIssue(schema, data, result.error.issues[0]);
  const where = path.length ? `'${formatPath(path)}' ` : '';
  throw new InputError(`Invalid ${what}: ${where}${text}`);
}
