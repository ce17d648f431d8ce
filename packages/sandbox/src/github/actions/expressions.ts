import { parseExpression, type Expression } from './parseExpression';
import { WorkflowProblem } from './workflow';

/** What success(), failure() and cancelled() are about. */
export type Outcome = 'success' | 'failure' | 'cancelled';

export type ExpressionContext = {
  /** `github`, `env`, `steps`, ... */
  values: Record<string, unknown>;
  /** undefined where status functions are not allowed. */
  outcome?: Outcome;
};

const statusFunctions = ['success', 'failure', 'cancelled', 'always'];

function toNumber(value: unknown): number {
  if (value === null || value === undefined) {
    return 0;
  }
  return typeof value === 'object' ? NaN : Number(value);
}

export function toText(value: unknown): string {
  if (value === null || value === undefined) {
    return '';
  }
  if (typeof value === 'object') {
    return Array.isArray(value) ? 'Array' : 'Object';
  }
  return String(value);
}

/** GitHub's `==`: strings without regard to case, different types as numbers. */
function equals(left: unknown, right: unknown): boolean {
  const [a, b] = [left ?? null, right ?? null];
  if (typeof a === 'string' && typeof b === 'string') {
    return a.toLowerCase() === b.toLowerCase();
  }
  if (typeof a === typeof b) {
    return a === b;
  }
  return toNumber(a) === toNumber(b);
}

function compare(operator: string, left: unknown, right: unknown): boolean {
  const texts = typeof left === 'string' && typeof right === 'string';
  const [a, b] = texts
    ? [left.toLowerCase(), right.toLowerCase()]
    : [toNumber(left), toNumber(right)];
  switch (operator) {
    case '<':
      return a < b;
    case '<=':
      return a <= b;
    case '>':
      return a > b;
    default:
      return a >= b;
  }
}

const functions: Record<string, (...values: any[]) => unknown> = {
  contains: (search, item) =>
    Array.isArray(search)
      ? search.some(value => equals(value, item))
      : toText(search).toLowerCase().includes(toText(item).toLowerCase()),
  startswith: (text, start) =>
    toText(text).toLowerCase().startsWith(toText(start).toLowerCase()),
  endswith: (text, end) =>
    toText(text).toLowerCase().endsWith(toText(end).toLowerCase()),
  format: (text, ...values) =>
    toText(text).replace(/\{\{|\}\}|\{(\d+)\}/g, (found, index) =>
      index === undefined ? found[0] : toText(values[Number(index)]),
    ),
  join: (values, separator) =>
    [values]
      .flat()
      .map(toText)
      .join(separator === undefined ? ',' : toText(separator)),
  tojson: value => JSON.stringify(value ?? null, null, 2),
  fromjson: text => JSON.parse(toText(text)),
};

function member(object: unknown, key: unknown): unknown {
  if (typeof object !== 'object' || object === null) {
    return null;
  }
  if (Array.isArray(object)) {
    return object[toNumber(key)] ?? null;
  }
  const name = toText(key).toLowerCase();
  const found = Object.keys(object).find(k => k.toLowerCase() === name);
  return found === undefined
    ? null
    : (object as Record<string, unknown>)[found];
}

function call(
  name: string,
  values: unknown[],
  { outcome }: ExpressionContext,
): unknown {
  const lower = name.toLowerCase();
  if (statusFunctions.includes(lower) && outcome) {
    return lower === 'always' || lower === outcome;
  }
  if (!Object.hasOwn(functions, lower)) {
    throw new WorkflowProblem(
      `The sandbox does not support ${name}() in this expression`,
    );
  }
  return functions[lower](...values);
}

function evaluate(node: Expression, context: ExpressionContext): unknown {
  switch (node.type) {
    case 'literal':
      return node.value;
    case 'context': {
      const name = node.name.toLowerCase();
      if (!Object.hasOwn(context.values, name)) {
        throw new WorkflowProblem(
          `The expression uses ${node.name}, which the sandbox does not have here`,
        );
      }
      return context.values[name];
    }
    case 'member':
      return member(
        evaluate(node.object, context),
        evaluate(node.key, context),
      );
    case 'not':
      return !evaluate(node.operand, context);
    case 'call':
      return call(
        node.name,
        node.arguments.map(argument => evaluate(argument, context)),
        context,
      );
    default: {
      const left = evaluate(node.left, context);
      if (node.operator === '&&') {
        return left ? evaluate(node.right, context) : left;
      }
      if (node.operator === '||') {
        return left ? left : evaluate(node.right, context);
      }
      const right = evaluate(node.right, context);
      if (node.operator === '==' || node.operator === '!=') {
        return equals(left, right) === (node.operator === '==');
      }
      return compare(node.operator, left, right);
    }
  }
}

// An expression ends at the first }} that is not inside a string.
const interpolation = /\$\{\{((?:[^'}]|'[^']*'|\}(?!\}))*)\}\}/g;

/** Replaces each `${{ }}` of a text by its value. */
export function interpolate(text: string, context: ExpressionContext): string {
  return text.replace(interpolation, (_, source: string) =>
    toText(evaluate(parseExpression(source), context)),
  );
}

function callsStatusFunction(node: Expression): boolean {
  switch (node.type) {
    case 'call':
      return (
        statusFunctions.includes(node.name.toLowerCase()) ||
        node.arguments.some(callsStatusFunction)
      );
    case 'not':
      return callsStatusFunction(node.operand);
    case 'member':
      return callsStatusFunction(node.object) || callsStatusFunction(node.key);
    case 'binary':
      return callsStatusFunction(node.left) || callsStatusFunction(node.right);
    default:
      return false;
  }
}

/** Evaluates an `if`, which means `success() && (...)` unless it asks for the status itself. */
export function evaluateCondition(
  condition: string | boolean | number | undefined,
  context: ExpressionContext,
): boolean {
  if (condition === undefined || condition === '') {
    return context.outcome === 'success';
  }
  const text = String(condition).trim();
  const wrapped = /^\$\{\{((?:[^'}]|'[^']*'|\}(?!\}))*)\}\}$/.exec(text);
  const node = parseExpression(wrapped ? wrapped[1] : text);
  if (!callsStatusFunction(node) && context.outcome !== 'success') {
    return false;
  }
  return Boolean(evaluate(node, context));
}

/** Interpolates the values of a map, such as `env` or `with`. */
export function interpolateMap(
  map: Record<string, string | number | boolean | null> | undefined,
  context: ExpressionContext,
): Record<string, string> {
  return Object.fromEntries(
    Object.entries(map ?? {}).map(([key, value]) => [
      key,
      interpolate(toText(value), context),
    ]),
  );
}
