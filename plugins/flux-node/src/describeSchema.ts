import { z } from 'zod';

type JsonSchema = z.core.JSONSchema.BaseSchema;

/** The keys that a schema accepts at a path. */
export function keysAt(schema: z.ZodType, path: PropertyKey[]): string[] {
  return Object.keys(schemaAt(schema, path)?.properties ?? {});
}

/** What a schema expects at a path, in words that follow “expected”; undefined where it can't be told. */
export function describeExpected(
  schema: z.ZodType,
  path: PropertyKey[],
): string | undefined {
  const found = schemaAt(schema, path);
  return found && describe(found);
}

function schemaAt(
  schema: z.ZodType,
  path: PropertyKey[],
): JsonSchema | undefined {
  const root: JsonSchema = z.toJSONSchema(schema, {
    io: 'input',
    unrepresentable: 'any',
    reused: 'inline',
  });
  return path.reduce<JsonSchema | undefined>(
    (current, part) => current && childOf(current, part),
    root,
  );
}

function childOf(
  schema: JsonSchema,
  part: PropertyKey,
): JsonSchema | undefined {
  const own =
    typeof part === 'number'
      ? schema.items
      : schema.properties?.[String(part)] ?? schema.additionalProperties;
  if (own && typeof own === 'object' && !Array.isArray(own)) {
    return own as JsonSchema;
  }
  return schema.anyOf
    ?.map(option => childOf(option as JsonSchema, part))
    .find(Boolean);
}

function describe(schema: JsonSchema): string | undefined {
  if (schema.description) {
    return schema.description;
  }
  if (schema.const !== undefined) {
    return JSON.stringify(schema.const);
  }
  if (schema.enum) {
    return `one of ${schema.enum.join(', ')}`;
  }
  if (schema.anyOf) {
    const options = schema.anyOf.map(option => describe(option as JsonSchema));
    return options.every(Boolean) ? options.join(' or ') : undefined;
  }
  switch (schema.type) {
    case 'integer':
    case 'number':
      return describeNumber(schema);
    case 'string':
      return schema.format === 'uri' ? 'a URL' : describeString(schema);
    case 'boolean':
      return 'true or false';
    case 'array':
      return 'a list';
    case 'object':
      return schema.properties
        ? `an object with ${Object.keys(schema.properties).sort().join(', ')}`
        : 'an object';
    default:
      return undefined;
  }
}

function describeNumber({ minimum, maximum }: JsonSchema): string {
  const low =
    minimum !== undefined && minimum > Number.MIN_SAFE_INTEGER && minimum;
  const high =
    maximum !== undefined && maximum < Number.MAX_SAFE_INTEGER && maximum;
  if (low !== false && high !== false) {
    return `a number between ${low} and ${high}`;
  }
  if (low !== false) {
    return `a number of at least ${low}`;
  }
  return high === false ? 'a number' : `a number of at most ${high}`;
}

function describeString({ pattern, minLength }: JsonSchema): string {
  if (pattern) {
    return `text that matches ${pattern}`;
  }
  return minLength ? 'text that is not empty' : 'text';
}
