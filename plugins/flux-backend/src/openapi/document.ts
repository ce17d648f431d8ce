import { readFileSync } from 'node:fs';
import { resolvePackagePath } from '@backstage/backend-plugin-api';
import { parse } from 'yaml';

/** A schema of JSON, as OpenAPI 3.1 has it. */
export type Schema = Record<string, unknown>;

export interface Parameter {
  name: string;
  in: 'path' | 'query' | 'header';
  required?: boolean;
  schema: Schema;
}

interface Reference {
  $ref: string;
}

export interface Operation {
  operationId: string;
  parameters?: (Parameter | Reference)[];
  requestBody?: { content: { 'application/json': { schema: Schema } } };
}

/** As much of an OpenAPI document as requests are checked by. */
export interface OpenApiDocument {
  paths: Record<
    string,
    { parameters?: (Parameter | Reference)[] } & Partial<
      Record<'get' | 'post', Operation>
    >
  >;
  components: {
    parameters: Record<string, Parameter>;
    schemas: Record<string, Schema>;
  };
}

/** The document of the HTTP API. */
export function readOpenApiDocument(): OpenApiDocument {
  const path = resolvePackagePath(
    '@backstage-flux/plugin-flux-backend',
    'src/openapi.yaml',
  );
  return parse(readFileSync(path, 'utf8'));
}
