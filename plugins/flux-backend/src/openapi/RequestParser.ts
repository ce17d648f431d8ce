import { FluxApiOperations } from '@backstage-flux/plugin-flux-common';
import { parseStrict } from '@backstage-flux/plugin-flux-node';
import { Request } from 'express';
import { z } from 'zod';
import { OpenApiDocument, Operation, Parameter, Schema } from './document';
import { readQuery } from './readQuery';

type OperationId = keyof FluxApiOperations;
type Parameters<TId extends OperationId> = FluxApiOperations[TId]['parameters'];

/** Parameters for which the document has a default; clients may leave them out, here they are filled in. */
interface Defaults {
  listResources: 'sort' | 'limit';
  getEntityLog: 'tailLines' | 'previous';
}

type Query<TId extends OperationId> = NonNullable<Parameters<TId>['query']>;

/** What an operation is asked, as the document has it. */
export interface Parsed<TId extends OperationId> {
  path: NonNullable<Parameters<TId>['path']>;
  query: TId extends keyof Defaults
    ? Query<TId> & Required<Pick<Query<TId>, Defaults[TId] & keyof Query<TId>>>
    : Query<TId>;
  body: FluxApiOperations[TId] extends {
    requestBody: { content: { 'application/json': infer TBody } };
  }
    ? TBody
    : undefined;
}

interface Schemas {
  parameters: Parameter[];
  path: z.ZodType;
  query: z.ZodType;
  body?: z.ZodType;
}

/** Checks requests by the OpenAPI document, which is the only place that says what they look like. */
export class RequestParser {
  readonly #operations: Map<string, Schemas>;

  constructor(openApi: OpenApiDocument) {
    // JSON Schema looks for what is referred to in the schema itself
    const document: OpenApiDocument = JSON.parse(
      JSON.stringify(openApi).replaceAll('#/components/schemas/', '#/$defs/'),
    );
    this.#operations = new Map(
      Object.values(document.paths).flatMap(({ parameters = [], get, post }) =>
        [get, post].flatMap(operation =>
          operation
            ? [
                [
                  operation.operationId,
                  schemasOf(document, operation, parameters),
                ],
              ]
            : [],
        ),
      ),
    );
  }

  /** @throws InputError that names what is wrong and what is expected. */
  parse<TId extends OperationId>(
    operationId: TId,
    request: Request,
  ): Parsed<TId> {
    const { parameters, path, query, body } =
      this.#operations.get(operationId)!;
    return {
      path: parseStrict('path', request.params, path),
      query: parseStrict('query', readQuery(request.url, parameters), query),
      body: body && parseStrict('body', request.body, body),
    } as Parsed<TId>;
  }
}

function schemasOf(
  document: OpenApiDocument,
  { parameters = [], requestBody }: Operation,
  shared: Operation['parameters'] & object,
): Schemas {
  const all = [...shared, ...parameters].map(parameter =>
    '$ref' in parameter
      ? document.components.parameters[parameter.$ref.split('/').at(-1)!]
      : parameter,
  );
  const read = (schema: Schema) =>
    z.fromJSONSchema({ ...schema, $defs: document.components.schemas });
  const objectOf = (where: Parameter['in']) => {
    const found = all.filter(parameter => parameter.in === where);
    return read({
      type: 'object',
      additionalProperties: false,
      required: found.filter(p => p.required).map(p => p.name),
      properties: Object.fromEntries(found.map(p => [p.name, p.schema])),
    });
  };
  return {
    parameters: all,
    path: objectOf('path'),
    query: objectOf('query'),
    body: requestBody && read(requestBody.content['application/json'].schema),
  };
}
