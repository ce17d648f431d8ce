import { Config } from '@backstage/config';
import { InputError } from '@backstage/errors';
import { z } from 'zod';
import { describeIssue, formatPath } from './describeIssue';

type Path = PropertyKey[];

/**
 * Reads one section of the configuration and accepts nothing that the schema doesn't name.
 *
 * What is expected in an error comes from the schema, or from its description where it has one, so
 * describe what a person can't guess: `z.string().regex(…).describe('an address such as ssh://…')`.
 *
 * @param config - The root configuration.
 * @param key - The section, e.g. `flux`. A section that is absent is read as `{}`.
 * @param schema - A strict object schema with the defaults in it.
 * @throws InputError with one line that names the key, the file it stands in and what is expected.
 * @public
 */
export function readStrictConfig<TSchema extends z.ZodType>(
  config: Config,
  key: string,
  schema: TSchema,
): z.output<TSchema> {
  const data = config.getOptional(key) ?? {};
  const result = schema.safeParse(data);
  if (result.success) {
    return result.data;
  }
  const { path, text } = describeIssue(schema, data, result.error.issues[0]);
  throw new InputError(`Invalid config: ${at(config, key, path)}: ${text}`);
}

function at(config: Config, key: string, path: Path): string {
  const file = fileOf(config, key, path);
  const name = formatPath([key, ...path]);
  return file ? `'${name}' in '${file}'` : `'${name}'`;
}

/**
 * Which file a value stands in. A Config keeps that to itself and tells it only in its own error
 * messages, so a value is asked for in a type that it hasn't. Inside lists, which are never merged
 * from several files, and for keys that are missing, the nearest parent that can be asked for answers.
 */
function fileOf(config: Config, key: string, path: Path): string | undefined {
  const firstIndex = path.findIndex(part => typeof part === 'number');
  const askable = firstIndex < 0 ? path : path.slice(0, firstIndex);
  for (let length = askable.length; length >= 0; length--) {
    const fullKey = [key, ...askable.slice(0, length)].map(String).join('.');
    try {
      if (Array.isArray(config.getOptional(fullKey))) {
        config.getOptionalNumber(fullKey);
      } else {
        config.getOptionalStringArray(fullKey);
      }
    } catch (error) {
      const file = / in '(.+)', got /.exec(String(error))?.[1];
      if (file) {
        return file;
      }
    }
  }
  return undefined;
}
