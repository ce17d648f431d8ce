import { JsonObject, JsonValue } from '@backstage/types';

/** The part of JSON Schema that the forms use. */
interface Schema {
  type?: string;
  enum?: JsonValue[];
  required?: string[];
  properties?: Record<string, Schema>;
  dependencies?: Record<string, { oneOf: Schema[] }>;
}

/**
 * Every way to fill in a form, as far as it has choices (enums and booleans): read from its own schema, so
 * that a new option is among them by itself. Fields without choices take what `texts` says, or are left out.
 */
export function combinationsOf(
  pages: Schema[],
  options: { texts: JsonObject; fixed?: JsonObject },
): JsonObject[] {
  const { texts, fixed = {} } = options;

  const choicesOf = (
    name: string,
    schema: Schema,
  ): (JsonValue | undefined)[] => {
    if (name in fixed) {
      return [fixed[name]];
    }
    if (schema.enum) {
      return schema.enum;
    }
    return schema.type === 'boolean' ? [false, true] : [texts[name]];
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
      const branch = page.dependencies?.[name]?.oneOf.find(candidate =>
        candidate.properties?.[name]?.enum?.includes(choice),
      );
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
