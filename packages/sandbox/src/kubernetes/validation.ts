import { isDeepStrictEqual } from 'node:util';
import type { KubernetesObject } from '../controllers/client';
import { invalid, StatusError, type FieldCause } from './errors';
import { apiVersionOf, qualifiedResource, type ResourceType } from './kinds';
import { checkTypes, type TypeProblem } from './schema/checkTypes';

const SUBDOMAIN =
  /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;
const LABEL = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/;
const SERVICE_NAME = /^[a-z]([-a-z0-9]*[a-z0-9])?$/;
const LABEL_VALUE = /^(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?$/;

const SUBDOMAIN_TEXT =
  "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')";
const LABEL_TEXT =
  "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')";
const SERVICE_TEXT =
  "a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic character, and end with an alphanumeric character (e.g. 'my-name',  or 'abc-123', regex used for validation is '[a-z]([-a-z0-9]*[a-z0-9])?')";
const LABEL_VALUE_TEXT =
  "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')";

const NAME_RULES: Record<string, [RegExp, string, number]> = {
  namespaces: [LABEL, LABEL_TEXT, 63],
  services: [SERVICE_NAME, SERVICE_TEXT, 63],
};

function invalidValue(field: string, value: unknown, why: string): FieldCause {
  return {
    field,
    reason: 'FieldValueInvalid',
    message: `Invalid value: ${JSON.stringify(value)}: ${why}`,
  };
}

const required = (field: string, why = ''): FieldCause => ({
  field,
  reason: 'FieldValueRequired',
  message: why ? `Required value: ${why}` : 'Required value',
});

function nameCauses(type: ResourceType, name: string): FieldCause[] {
  // Names of RBAC objects are path segments, e.g. `system:basic-user`.
  if (type.group === 'rbac.authorization.k8s.io') {
    return /[/%]/.test(name)
      ? [invalidValue('metadata.name', name, "may not contain '/' or '%'")]
      : [];
  }
  const [pattern, text, limit] = NAME_RULES[qualifiedResource(type)] ?? [
    SUBDOMAIN,
    SUBDOMAIN_TEXT,
    253,
  ];
  if (!pattern.test(name)) {
    return [invalidValue('metadata.name', name, text)];
  }
  return name.length > limit
    ? [
        invalidValue(
          'metadata.name',
          name,
          `must be no more than ${limit} characters`,
        ),
      ]
    : [];
}

function labelCauses(labels: unknown, field: string): FieldCause[] {
  return Object.values((labels ?? {}) as Record<string, string>)
    .filter(value => !LABEL_VALUE.test(value) || value.length > 63)
    .map(value =>
      invalidValue(
        field,
        value,
        value.length > 63 ? 'must be no more than 63 bytes' : LABEL_VALUE_TEXT,
      ),
    );
}

function workloadCauses(object: KubernetesObject): FieldCause[] {
  const { spec } = object;
  const causes: FieldCause[] = [];
  if (spec.replicas < 0) {
    causes.push(
      invalidValue(
        'spec.replicas',
        spec.replicas,
        'must be greater than or equal to 0',
      ),
    );
  }
  const wanted = spec.selector?.matchLabels;
  const labels = spec.template?.metadata?.labels ?? {};
  if (wanted && Object.entries(wanted).some(([k, v]) => labels[k] !== v)) {
    causes.push(
      invalidValue(
        'spec.template.metadata.labels',
        labels,
        '`selector` does not match template `labels`',
      ),
    );
  }
  return causes;
}

function containerCauses(spec: any, field: string): FieldCause[] {
  const causes: FieldCause[] = [];
  const containers = spec?.containers ?? [];
  if (!containers.length) {
    causes.push(required(`${field}.containers`));
  }
  const names = new Set<string>();
  containers.forEach((container: any, index: number) => {
    const at = `${field}.containers[${index}]`;
    if (container.name && !LABEL.test(container.name)) {
      causes.push(invalidValue(`${at}.name`, container.name, LABEL_TEXT));
    }
    if (names.has(container.name)) {
      causes.push({
        field: `${at}.name`,
        reason: 'FieldValueInvalid',
        message: `Duplicate value: ${JSON.stringify(container.name)}`,
      });
    }
    names.add(container.name);
    if (!container.image) {
      causes.push(required(`${at}.image`));
    }
  });
  return causes;
}

const WORKLOADS = new Set([
  'Deployment',
  'ReplicaSet',
  'StatefulSet',
  'DaemonSet',
]);

/** What the API server refuses in an object that is well-formed; throws 422. */
export function validate(
  type: ResourceType,
  object: KubernetesObject,
  before: KubernetesObject | undefined,
): void {
  const { name, labels } = object.metadata;
  const causes = [
    ...(before ? [] : nameCauses(type, name)),
    ...labelCauses(labels, 'metadata.labels'),
  ];
  for (const problem of checkTypes(object)) {
    const field = problem.path.slice(1).replace(/\[name="([^"]*)"\]/g, '[$1]');
    if (problem.kind === 'required' && !/containers$/.test(field)) {
      causes.push(required(field));
    }
  }
  if (!type.custom && WORKLOADS.has(type.kind) && object.spec) {
    causes.push(...workloadCauses(object));
    if (object.spec.template) {
      causes.push(
        ...containerCauses(object.spec.template.spec, 'spec.template.spec'),
        ...labelCauses(
          object.spec.template.metadata?.labels,
          'spec.template.labels',
        ),
      );
    }
    const selector = object.spec.selector;
    if (before && !isDeepStrictEqual(before.spec.selector, selector)) {
      causes.push(
        invalidValue('spec.selector', selector, 'field is immutable'),
      );
    }
  }
  if (type.kind === 'Job' && object.spec?.template) {
    causes.push(
      ...containerCauses(object.spec.template.spec, 'spec.template.spec'),
    );
  }
  if (type.kind === 'Pod') {
    causes.push(...containerCauses(object.spec, 'spec'));
  }
  if (/RoleBinding$/.test(type.kind) && before) {
    if (!isDeepStrictEqual(before.roleRef, object.roleRef)) {
      causes.push(
        invalidValue('roleRef', object.roleRef, 'cannot change roleRef'),
      );
    }
  }
  if (causes.length) {
    throw invalid(type, name, causes);
  }
}

const describeObject = (object: KubernetesObject) =>
  `${object.metadata.namespace ?? ''}/${object.metadata.name}; ${
    object.apiVersion
  }, Kind=${object.kind}`;

/** Server-side apply is strict: a wrong type or an unknown field fails, in the server's own words. */
export function checkTypedPatch(object: KubernetesObject): void {
  const problems = checkTypes(object).filter(
    problem => problem.kind !== 'required',
  );
  if (problems.length) {
    const texts = problems.map(({ path, message }) => `${path}: ${message}`);
    const text =
      texts.length === 1 ? texts[0] : `errors:\n  ${texts.join('\n  ')}`;
    throw new StatusError(
      500,
      '',
      `failed to create typed patch object (${describeObject(
        object,
      )}): ${text}`,
    );
  }
}

const GO_KINDS: Record<string, string> = {
  map: 'object',
  list: 'array',
  boolean: 'bool',
};

const goKind = (problem: TypeProblem) => GO_KINDS[problem.got!] ?? problem.got!;

const GO_TYPES: Record<string, string> = {
  number: 'int32',
  boolean: 'bool',
};

/**
 * Create, update and patch: a wrong type fails, an unknown field is dropped with a warning, or fails
 * when the request asks for `fieldValidation=Strict`. Returns the warnings.
 */
export function checkDecoding(
  type: ResourceType,
  object: KubernetesObject,
  fieldValidation: string | null,
): string[] {
  const problems = checkTypes(object);
  const wrong = problems.find(problem => problem.kind === 'type');
  if (wrong) {
    throw new StatusError(
      400,
      'BadRequest',
      `${type.kind} in version "${type.version}" cannot be handled as a ${
        type.kind
      }: json: cannot unmarshal ${goKind(wrong)} into Go struct field ${
        type.kind
      }${wrong.path.replace(/\[[^\]]*\]/g, '')} of type ${
        GO_TYPES[wrong.expected!] ?? wrong.expected
      }`,
    );
  }
  const unknown = problems
    .filter(problem => problem.kind === 'unknown')
    .map(problem => `unknown field "${problem.path.slice(1)}"`);
  if (unknown.length && fieldValidation === 'Strict') {
    throw new StatusError(
      400,
      'BadRequest',
      `${type.kind} in version "${apiVersionOf(type)}" cannot be handled as a ${
        type.kind
      }: strict decoding error: ${unknown.join(', ')}`,
    );
  }
  return unknown;
}
