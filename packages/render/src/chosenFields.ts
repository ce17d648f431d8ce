import { JsonObject, JsonValue } from '@backstage/types';

/** The part of JSON Schema that the forms use. */
export interface Schema {
  type?: string;
  default?: JsonValue;
  enum?: JsonValue[];
  pattern?: string;
  maxLength?: number;
  required?: string[];
  properties?: Record<string, Schema>;
  dependencies?: Record<string, { oneOf: Schema[] }>;
}

/** What a choice brings with it: the branch of a page for a value of a field. */
export function branchOf(page: Schema, name: string, choice?: JsonValue) {
  return page.dependencies?.[name]?.oneOf.find(
    ({ properties }) =>
      choice !== undefined && properties?.[name]?.enum?.includes(choice),
  );
}

/**
 * A page with the fields that belong to some answers, and no choices any more: what is wrong with a field of
 * a choice is said of that field then, not of the form.
 */
export function chosenFields(page: Schema, values: JsonObject): Schema {
  const properties: Record<string, Schema> = {};
  const required = [...(page.required ?? [])];
  const add = (fields: Record<string, Schema> = {}) => {
    for (const [name, field] of Object.entries(fields)) {
      if (!(name in properties)) {
        properties[name] = field;
        const branch = branchOf(page, name, values[name]);
        required.push(...(branch?.required ?? []));
        add(branch?.properties);
      }
    }
  };
  add(page.properties);
  return { ...page, dependencies: undefined, required, properties };
}
