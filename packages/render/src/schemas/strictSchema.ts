/** A schema as Kubernetes writes it, or as JSON Schema has it. */
export type Schema = Record<string, any>;

const REF = '#/components/schemas/';
const META = 'io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta';

/** Keywords that narrow what the schema around them allows, and so close nothing by themselves. */
const NARROWING = ['allOf', 'anyOf', 'oneOf', 'not'];

/**
 * Makes JSON Schema (draft 4, as kubeconform reads it) of a schema of Kubernetes, which refuses every field that
 * it does not name, as the API server does with `fieldValidation=Strict`.
 */
export function strictSchema(schema: any, narrowing = false): any {
  if (Array.isArray(schema)) {
    return schema.map(each => strictSchema(each, narrowing));
  }
  if (typeof schema !== 'object' || schema === null) {
    return schema;
  }
  const result: Schema = {};
  for (const [keyword, value] of Object.entries<any>(schema)) {
    if (keyword === '$ref') {
      result.$ref = value.replace(REF, '#/definitions/');
    } else if (keyword === 'properties') {
      // Named by whoever wrote the type: a field may be called `required`
      result[keyword] = Object.fromEntries(
        Object.entries(value).map(([name, inner]) => [
          name,
          strictSchema(inner, narrowing),
        ]),
      );
    } else if (['default', 'enum', 'example'].includes(keyword)) {
      result[keyword] = value;
    } else if (!/^(description|nullable$|x-kubernetes)/.test(keyword)) {
      result[keyword] = strictSchema(
        value,
        narrowing || NARROWING.includes(keyword),
      );
    }
  }
  if (schema['x-kubernetes-int-or-string'] && !schema.anyOf) {
    result.anyOf = [{ type: 'integer' }, { type: 'string' }];
  }
  if (
    schema.properties &&
    schema.additionalProperties === undefined &&
    !narrowing &&
    !schema['x-kubernetes-preserve-unknown-fields']
  ) {
    result.additionalProperties = false;
  }
  return schema.nullable ? { anyOf: [{ type: 'null' }, result] } : result;
}

/** Of all definitions, those that a schema comes to. */
function neededBy(schema: Schema, all: Record<string, Schema>) {
  const needed = new Map<string, Schema>();
  const visit = (part: Schema) => {
    for (const [, name] of JSON.stringify(part).matchAll(
      /"\$ref":"#\/definitions\/([^"]+)"/g,
    )) {
      if (!needed.has(name)) {
        needed.set(name, all[name]);
        visit(all[name]);
      }
    }
  };
  visit(schema);
  return Object.fromEntries(needed);
}

/** A schema by where kubeconform looks for it: `<group>/<kind>_<version>.json`, e.g. `apps/deployment_v1.json`. */
export type SchemaFiles = Map<string, Schema>;

const fileOf = (group: string, version: string, kind: string) =>
  `${group || version}/${kind.toLowerCase()}_${version}.json`;

function fileWith(root: Schema, needs: string[], all: Record<string, Schema>) {
  return {
    ...root,
    required: [...new Set([...(root.required ?? []), ...needs])],
    definitions: neededBy(root, all),
  };
}

/** The kinds of an OpenAPI v3 document of Kubernetes. */
export function builtinSchemas({ components }: any): SchemaFiles {
  const all: Record<string, Schema> = strictSchema(components.schemas);
  return new Map(
    Object.entries<any>(components.schemas).flatMap(([name, schema]) =>
      (schema['x-kubernetes-group-version-kind'] ?? []).map(
        ({ group, version, kind }: Record<string, string>) => [
          fileOf(group, version, kind),
          fileWith(all[name], ['apiVersion', 'kind'], all),
        ],
      ),
    ),
  );
}

/** The versions of a CustomResourceDefinition; the second document has what any object's metadata may be. */
export function customSchemas(
  definition: any,
  { components }: any,
): SchemaFiles {
  const all: Record<string, Schema> = strictSchema(components.schemas);
  const { group, names, versions } = definition.spec;
  return new Map(
    versions.map(({ name, schema }: any) => {
      const root = strictSchema(schema.openAPIV3Schema);
      root.properties.metadata = { $ref: `#/definitions/${META}` };
      return [
        fileOf(group, name, names.kind),
        fileWith(root, ['apiVersion', 'kind', 'metadata'], all),
      ];
    }),
  );
}
