import { JsonObject, JsonValue } from '@backstage/types';
import { branchOf, Schema } from './chosenFields';

/**
 * Every way to fill in a form, as far as it has choices (enums and booleans): read from its own schema, so
 * that a new option is among them by itself. Fields without choices take what `texts` says, else their
 * default, or are left out. Instead of all that, a field takes each of its `choices`.
 */
export function combinationsOf(
  pages: Schema[],
  options: {
    texts: JsonObject;
    choices?: Record<string, (JsonValue | undefined)[]>;
  },
): JsonObject[] {
  const { texts, choices = {} } = options;

  const choicesOf = (
    name: string,
    schema: Schema,
  ): (JsonValue | undefined)[] => {
    if (choices[name]) {
      return choices[name];
    }
    if (schema.enum) {
      return schema.enum;
    }
    return schema.type === 'boolean'
      ? [false, true]
      : [texts[name] ?? schema.default];
  };

  const fill = (
    page: Schema,
    todo: [string, Schema][],
    values: JsonObject,
  ): JsonObject[] => {
    const [next, ...rest] = todo;
    if (!next) {
      return [values];
    }
    const [name, schema] = next;
    return choicesOf(name, schema).flatMap(choice => {
      if (choice === undefined) {
        return fill(page, rest, values);
      }
      const branch = branchOf(page, name, choice);
      const more = Object.entries(branch?.properties ?? {}).filter(
        ([other]) => other !== name,
      );
      return fill(page, [...more, ...rest], { ...values, [name]: choice });
    });
  };

  return pages.reduce<JsonObject[]>(
    (all, page) =>
      all.flatMap(values =>
        fill(page, Object.entries(page.properties ?? {}), values),
      ),
    [{}],
  );
}
