/** The `Status` object with which an API server answers what it cannot do. */
export interface KubernetesStatus {
  kind: 'Status';
  apiVersion: 'v1';
  metadata: Record<string, unknown>;
  status: 'Failure' | 'Success';
  message?: string;
  reason?: string;
  details?: Record<string, unknown>;
  code: number;
}

/** Thrown anywhere while a request is served, and answered as a `Status`. */
export class StatusError extends Error {
  readonly code: number;
  readonly reason: string;
  readonly details?: Record<string, unknown>;

  constructor(
    code: number,
    reason: string,
    message: string,
    details?: Record<string, unknown>,
  ) {
    super(message);
    this.name = 'StatusError';
    this.code = code;
    this.reason = reason;
    this.details = details;
  }

  toStatus(): KubernetesStatus {
    return {
      kind: 'Status',
      apiVersion: 'v1',
      metadata: {},
      status: 'Failure',
      message: this.message,
      reason: this.reason,
      ...(this.details && { details: this.details }),
      code: this.code,
    };
  }
}

interface Named {
  group: string;
  plural: string;
  kind?: string;
}

const resourceName = (type: Named) =>
  type.group ? `${type.plural}.${type.group}` : type.plural;

const detailsOf = (type: Named, name: string) => ({
  ...(name && { name }),
  ...(type.group && { group: type.group }),
  kind: type.plural,
});

export const notFound = (type: Named, name: string) =>
  new StatusError(
    404,
    'NotFound',
    `${resourceName(type)} "${name}" not found`,
    detailsOf(type, name),
  );

/** What a path gets that leads to no resource. */
export const noSuchResource = () =>
  new StatusError(
    404,
    'NotFound',
    'the server could not find the requested resource',
    {},
  );

export const alreadyExists = (type: Named, name: string) =>
  new StatusError(
    409,
    'AlreadyExists',
    `${resourceName(type)} "${name}" already exists`,
    detailsOf(type, name),
  );

export const conflict = (type: Named, name: string) =>
  new StatusError(
    409,
    'Conflict',
    `Operation cannot be fulfilled on ${resourceName(
      type,
    )} "${name}": the object has been modified; please apply your changes to the latest version and try again`,
    detailsOf(type, name),
  );

export interface FieldCause {
  field: string;
  reason: 'FieldValueInvalid' | 'FieldValueRequired' | 'FieldValueForbidden';
  message: string;
}

/** 422, worded like Kubernetes: one cause plainly, several in brackets. */
export function invalid(
  type: { group: string; kind: string },
  name: string,
  causes: FieldCause[],
): StatusError {
  const texts = causes.map(cause => `${cause.field}: ${cause.message}`);
  const text = texts.length === 1 ? texts[0] : `[${texts.join(', ')}]`;
  const kind = type.group ? `${type.kind}.${type.group}` : type.kind;
  return new StatusError(
    422,
    'Invalid',
    `${kind} "${name}" is invalid: ${text}`,
    {
      ...(name && { name }),
      ...(type.group && { group: type.group }),
      kind: type.kind,
      causes,
    },
  );
}

export const badRequest = (message: string) =>
  new StatusError(400, 'BadRequest', message);

export const methodNotAllowed = () =>
  new StatusError(
    405,
    'MethodNotAllowed',
    'the server does not allow this method on the requested resource',
    {},
  );

export const expired = (message: string) =>
  new StatusError(410, 'Expired', message);

export const unauthorized = () =>
  new StatusError(401, 'Unauthorized', 'Unauthorized');

export function forbidden(
  user: string,
  request: {
    verb: string;
    group: string;
    resource: string;
    namespace?: string;
    name?: string;
  },
): StatusError {
  const { verb, group, resource, namespace, name } = request;
  // "pods/log" is worded as resource "pods/log"; the qualified name is only in front of the object.
  const qualified = group ? `${resource}.${group}` : resource;
  const object = name ? `${qualified} "${name}"` : qualified;
  const scope = namespace
    ? `in the namespace "${namespace}"`
    : 'at the cluster scope';
  return new StatusError(
    403,
    'Forbidden',
    `${object} is forbidden: User "${user}" cannot ${verb} resource "${resource}" in API group "${group}" ${scope}`,
    {
      ...(name && { name }),
      ...(group && { group }),
      kind: resource,
    },
  );
}
