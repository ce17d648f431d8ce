type OpenApiSchema = Record<string, any>;
type JsonSchema = Record<string, any>;

const CHECKED = [
  'type',
  'enum',
  'pattern',
  'minimum',
  'maximum',
  'exclusiveMinimum',
  'exclusiveMaximum',
  'multipleOf',
  'minLength',
  'maxLength',
  'minItems',
  'maxItems',
  'uniqueItems',
  'minProperties',
  'maxProperties',
];
const BRANCHES = ['allOf', 'anyOf', 'oneOf'];
const REF = '#/components/schemas/';

/** Of what a cluster stores whole, e.g. a resource in a template, every object has these. */
const EMBEDDED = {
  apiVersion: { type: 'string' },
  kind: { type: 'string' },
  metadata: { type: 'object' },
};

const mapValues = <T>(from: Record<string, any>, make: (value: any) => T) =>
  Object.fromEntries(
    Object.entries(from).map(([name, value]) => [name, make(value)]),
  );

/** `anyOf: [{type: integer}, {type: string}]` says less well in an error what `type: [integer, string]` does. */
function unionOfTypes(branches: OpenApiSchema[]): string[] | undefined {
  return branches.every(branch => Object.keys(branch).join() === 'type')
    ? branches.map(({ type }) => type)
    : undefined;
}

/**
 * Makes JSON Schema of what Kubernetes publishes as OpenAPI v3, as strict as the API server is with
 * `fieldValidation=Strict`: fields that no schema names are refused, unless the schema says that it keeps
 * them. Source: Kubernetes’ documentation of structural schemas. Rules in CEL (`x-kubernetes-validations`)
 * and `format` are left to the cluster.
 */
function convert(schema: OpenApiSchema, structural: boolean): JsonSchema {
  const result: JsonSchema = {};
  for (const keyword of CHECKED) {
    if (schema[keyword] !== undefined) {
      result[keyword] = schema[keyword];
    }
  }
  // OpenAPI 3.0 has these two as flags of minimum and maximum
  for (const [flag, bound] of [
    ['exclusiveMinimum', 'minimum'],
    ['exclusiveMaximum', 'maximum'],
  ]) {
    if (typeof result[flag] === 'boolean') {
      if (result[flag]) {
        result[flag] = result[bound];
        delete result[bound];
      } else {
        delete result[flag];
      }
    }
  }
  if (typeof schema.$ref === 'string' && schema.$ref.startsWith(REF)) {
    result.$ref = `#/$defs/${schema.$ref.slice(REF.length)}`;
  }
  for (const keyword of BRANCHES) {
    const branches: OpenApiSchema[] | undefined = schema[keyword];
    const types = branches && unionOfTypes(branches);
    if (types && keyword !== 'allOf') {
      result.type = types;
    } else if (branches) {
      // Branches only narrow what the schema around them has; those that are a reference are one themselves
      result[keyword] = branches.map(branch => convert(branch, false));
    }
  }
  if (schema.not) {
    result.not = convert(schema.not, false);
  }
  if (schema['x-kubernetes-int-or-string']) {
    result.type = ['integer', 'string'];
  }
  if (schema.items) {
    result.items = convert(schema.items, structural);
  }
  addFields(result, schema, structural);
  if (schema.nullable) {
    result.type = result.type && [result.type, 'null'].flat();
    result.enum = result.enum && [...result.enum, null];
  }
  return result;
}

function addFields(
  result: JsonSchema,
  schema: OpenApiSchema,
  structural: boolean,
): void {
  const { properties = {}, additionalProperties: others } = schema;
  if (schema.properties || schema['x-kubernetes-embedded-resource']) {
    result.properties = {
      ...(schema['x-kubernetes-embedded-resource'] && EMBEDDED),
      ...mapValues(properties, property => convert(property, structural)),
    };
  }
  // The cluster fills in its defaults before it looks for what is missing. An empty text is none: Kubernetes
  // publishes it for each text of its own kinds, and refuses a container whose name is empty.
  const required = (schema.required ?? []).filter((name: string) =>
    ['', undefined].includes(properties[name]?.default),
  );
  if (required.length) {
    result.required = required;
  }
  if (others && typeof others === 'object') {
    result.additionalProperties = convert(others, structural);
  } else if (
    structural &&
    schema.properties &&
    others !== true &&
    !schema['x-kubernetes-preserve-unknown-fields']
  ) {
    result.additionalProperties = false;
  }
}

/** The `$defs` for the `components.schemas` of an OpenAPI document, under the same names. */
export function strictSchemas(
  schemas: Record<string, OpenApiSchema>,
): Record<string, JsonSchema> {
  return mapValues(schemas, schema => convert(schema, true));
}
