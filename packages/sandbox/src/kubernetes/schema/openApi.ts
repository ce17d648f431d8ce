import { apiVersionOf, type ResourceType } from '../kinds';
import builtin from './builtinTypes.json';

const TYPES: Record<string, Record<string, string>> = builtin.types;
const KINDS: Record<string, string> = builtin.kinds;
const PREFIX = 'io.k8s.sandbox.';

type Schema = Record<string, any>;

const SCALARS: Record<string, Schema> = {
  string: { type: 'string' },
  // The models don't tell whole numbers from others
  number: { type: 'number' },
  boolean: { type: 'boolean' },
  Date: { type: 'string', format: 'date-time' },
  V1MicroTime: { type: 'string', format: 'date-time' },
  IntOrString: {
    oneOf: [{ type: 'integer' }, { type: 'string' }],
    format: 'int-or-string',
  },
  any: {},
};

// Quantities are strings in the models, yet numbers are as good
const QUANTITY = { oneOf: [{ type: 'string' }, { type: 'number' }] };
const QUANTITY_MAPS =
  /^(limits|requests|capacity|hard|used|allocatable|default|defaultRequest|max|min)$/;
const QUANTITIES = /^(sizeLimit|divisor|averageValue|value)$/;

function schemaOf(field: string, declared: string): Schema {
  const list = /^Array<(.*)>$/.exec(declared);
  if (list) {
    return { type: 'array', items: schemaOf(field, list[1]) };
  }
  const map = /^\{ \[key: string\]: (.*); \}$/.exec(declared);
  if (map) {
    const quantities = QUANTITY_MAPS.test(field) && map[1] === 'string';
    return {
      type: 'object',
      additionalProperties: quantities ? QUANTITY : schemaOf(field, map[1]),
    };
  }
  return SCALARS[declared] ?? refTo(declared);
}

function refTo(type: string) {
  return {
    $ref: `#/components/schemas/${PREFIX}${type}`,
  };
}

function objectSchema(type: string): Schema {
  const fields = Object.entries(TYPES[type] ?? {});
  const required = fields
    .filter(([, declared]) => declared.endsWith('!'))
    .map(([name]) => name);
  // An EnvVar's value is a string, a ResourceMetric's one is a quantity.
  const quantities = /Metric|FieldSelector|EmptyDir/.test(type);
  return {
    type: 'object',
    properties: Object.fromEntries(
      fields.map(([name, declared]) => [
        name,
        quantities && QUANTITIES.test(name)
          ? QUANTITY
          : schemaOf(name, declared.replace(/!$/, '')),
      ]),
    ),
    ...(required.length && { required }),
  };
}

function addTypes(schemas: Record<string, Schema>, type: string): void {
  if (schemas[PREFIX + type] || !TYPES[type]) {
    return;
  }
  schemas[PREFIX + type] = objectSchema(type);
  for (const declared of Object.values(TYPES[type])) {
    for (const inner of declared.match(/[A-Z]\w+/g) ?? []) {
      addTypes(schemas, inner);
    }
  }
}

/** What the sandbox knows no fields of may hold everything, as a CustomResourceDefinition can say, too. */
const openSchema = (): Schema => ({
  type: 'object',
  properties: {
    apiVersion: { type: 'string' },
    kind: { type: 'string' },
    metadata: refTo('V1ObjectMeta'),
  },
  'x-kubernetes-preserve-unknown-fields': true,
});

const pathOf = ({ group, version }: ResourceType) =>
  group ? `apis/${group}/${version}` : `api/${version}`;

/** What `/openapi/v3` answers: where the document of each group and version is. */
export const openApiIndex = (types: ResourceType[]) => ({
  paths: Object.fromEntries(
    types.map(type => [
      pathOf(type),
      { serverRelativeURL: `/openapi/v3/${pathOf(type)}` },
    ]),
  ),
});

/** The OpenAPI v3 document of one group and version; undefined where it is not served. */
export function openApiDocument(types: ResourceType[], path: string) {
  const served = types.filter(type => pathOf(type) === path);
  if (!served.length) {
    return undefined;
  }
  const schemas: Record<string, Schema> = {};
  addTypes(schemas, 'V1ObjectMeta');
  for (const type of served) {
    const root = KINDS[`${apiVersionOf(type)}/${type.kind}`];
    const name = root ?? `${type.group}.${type.version}.${type.kind}`;
    if (root) {
      addTypes(schemas, root);
    } else {
      schemas[PREFIX + name] = openSchema();
    }
    const { group, version, kind } = type;
    schemas[PREFIX + name]['x-kubernetes-group-version-kind'] = [
      { group, version, kind },
    ];
  }
  return {
    openapi: '3.0.0',
    info: { title: 'Kubernetes', version: 'sandbox' },
    paths: {},
    components: { schemas },
  };
}
