import type { ErrorObject } from 'ajv';

const MAX_VALUE = 60;

/** `/spec/template/containers/0/image` as `spec.template.containers[0].image`. */
function fieldOf(pointer: string): string {
  return pointer
    .split('/')
    .slice(1)
    .map(part => part.replaceAll('~1', '/').replaceAll('~0', '~'))
    .reduce((path, part) => {
      if (/^\d+$/.test(part)) {
        return `${path}[${part}]`;
      }
      const name = /^[\w$-]+$/.test(part) ? part : JSON.stringify(part);
      return path ? `${path}.${name}` : name;
    }, '');
}

function typeOf(value: unknown): string {
  if (value === null) {
    return 'nothing';
  }
  return Array.isArray(value) ? 'a list' : `of type ${typeof value}`;
}

const within = (error: ErrorObject, name: string) =>
  fieldOf(`${error.instancePath}/${name.replaceAll('/', '~1')}`);

/**
 * Says what is wrong with which field. Values are told only where they decide and where `secret` does not
 * forbid it.
 */
export function describeProblem(error: ErrorObject, secret: boolean): string {
  const field = fieldOf(error.instancePath) || 'the object';
  const given = secret
    ? ''
    : `, which ${JSON.stringify(error.data)?.slice(0, MAX_VALUE)} is not`;
  switch (error.keyword) {
    case 'additionalProperties':
      return `${within(
        error,
        error.params.additionalProperty,
      )}: the cluster knows no such field`;
    case 'required':
      return `${within(error, error.params.missingProperty)}: is missing`;
    case 'type':
      return `${field}: has to be ${[error.params.type]
        .flat()
        .join(' or ')}, but is ${typeOf(error.data)}`;
    case 'enum':
      return `${field}: has to be one of ${error.params.allowedValues
        .map((value: unknown) => JSON.stringify(value))
        .join(', ')}${given}`;
    case 'pattern':
      return `${field}: has to match ${error.params.pattern}${given}`;
    default:
      return `${field}: ${error.message}`;
  }
}
