import builtin from './builtinTypes.json';

const types: Record<string, Record<string, string>> = builtin.types;
const kinds: Record<string, string> = builtin.kinds;

export interface TypeProblem {
  /** `.spec.replicas` or `.spec.containers[name="web"].image`. */
  path: string;
  kind: 'unknown' | 'type' | 'required';
  message: string;
  /** For a wrong type: what Go calls the wanted and the given type. */
  expected?: string;
  got?: string;
}

function describe(value: unknown): string {
  if (value === null) {
    return 'null';
  }
  if (Array.isArray(value)) {
    return 'list';
  }
  return typeof value === 'object' ? 'map' : typeof value;
}

// The API server words a scalar of the wrong type with the value behind it where that helps.
function got(value: unknown): string {
  const kind = describe(value);
  return kind === 'number' || kind === 'boolean'
    ? `got ${kind === 'number' ? 'int' : 'boolean'}`
    : `got ${kind}`;
}

const SCALARS: Record<string, [string, (value: unknown) => boolean]> = {
  number: ['numeric (int or float)', value => typeof value === 'number'],
  string: ['string', value => typeof value === 'string'],
  boolean: ['boolean', value => typeof value === 'boolean'],
  Date: ['string', value => typeof value === 'string'],
  V1MicroTime: ['string', value => typeof value === 'string'],
  IntOrString: [
    'string or int',
    value => typeof value === 'string' || typeof value === 'number',
  ],
};

// Quantities are strings in the models, yet numbers are as good in YAML.
const QUANTITY_FIELDS =
  /\.(limits|requests|capacity|hard|used|allocatable|default|defaultRequest|max|min)\.[^.]+$|\.(sizeLimit|divisor|averageValue|value)$/;

function itemPath(path: string, item: any, index: number): string {
  return typeof item?.name === 'string'
    ? `${path}[name=${JSON.stringify(item.name)}]`
    : `${path}[${index}]`;
}

/**
 * Compares an object of a built-in kind with its schema. Kinds without one have no problems.
 */
export function checkTypes(object: any): TypeProblem[] {
  const root = kinds[`${object.apiVersion}/${object.kind}`];
  const problems: TypeProblem[] = [];
  if (!root) {
    return problems;
  }

  const visit = (value: any, declared: string, path: string) => {
    const type = declared.replace(/!$/, '');
    if (value === null || value === undefined || type === 'any') {
      return;
    }
    const wrong = (expected: string) =>
      problems.push({
        path,
        kind: 'type',
        message: `expected ${expected}, ${got(value)}`,
        expected: type,
        got: describe(value),
      });

    const scalar = SCALARS[type];
    if (scalar) {
      const quantity = typeof value === 'number' && QUANTITY_FIELDS.test(path);
      if (!scalar[1](value) && !quantity) {
        wrong(scalar[0]);
      }
      return;
    }
    const list = /^Array<(.*)>$/.exec(type);
    if (list) {
      if (Array.isArray(value)) {
        value.forEach((item, index) =>
          visit(item, list[1], itemPath(path, item, index)),
        );
      } else {
        wrong('list');
      }
      return;
    }
    const isObject = typeof value === 'object' && !Array.isArray(value);
    if (!isObject) {
      wrong('map');
      return;
    }
    const map = /^\{ \[key: string\]: (.*); \}$/.exec(type);
    if (map) {
      Object.entries(value).forEach(([name, child]) =>
        visit(child, map[1], `${path}.${name}`),
      );
      return;
    }
    const fields = types[type];
    if (!fields) {
      return;
    }
    for (const [name, child] of Object.entries(value)) {
      if (name in fields) {
        visit(child, fields[name], `${path}.${name}`);
      } else if (path !== '.metadata' || name !== 'clusterName') {
        problems.push({
          path: `${path}.${name}`,
          kind: 'unknown',
          message: 'field not declared in schema',
        });
      }
    }
    for (const [name, child] of Object.entries(fields)) {
      const missing = value[name] === undefined || value[name] === null;
      if (missing && child.endsWith('!') && !path.startsWith('.status')) {
        problems.push({
          path: `${path}.${name}`,
          kind: 'required',
          message: 'Required value',
        });
      }
    }
  };

  visit(object, root, '');
  return problems;
}
