/** A template that cannot be used. `RemovedTemplateField` is Flux's reason for `.Updated`. */
export class TemplateError extends Error {
  readonly reason: 'RemovedTemplateField' | 'InvalidTemplate';

  constructor(
    message: string,
    reason: 'RemovedTemplateField' | 'InvalidTemplate',
  ) {
    super(message);
    this.reason = reason;
    this.name = 'TemplateError';
  }
}

type Node =
  | { text: string }
  | { field: string }
  | {
      range: string;
      key?: string;
      value?: string;
      body: Node[];
      otherwise: Node[];
    }
  | { when: string; body: Node[]; otherwise: Node[] };

const ACTION = /\{\{(- )?\s*([\s\S]*?)\s*( -)?\}\}/g;
const EXPRESSION = /^(\.|(\$\w*)?(\.\w+)*)$/;

function tokens(template: string): { text?: string; action?: string }[] {
  const result: { text?: string; action?: string }[] = [];
  let at = 0;
  let trimNext = false;
  for (const match of template.matchAll(ACTION)) {
    let text = template.slice(at, match.index);
    text = trimNext ? text.trimStart() : text;
    text = match[1] ? text.trimEnd() : text;
    result.push({ text }, { action: match[2] });
    at = match.index + match[0].length;
    trimNext = Boolean(match[3]);
  }
  const rest = template.slice(at);
  return [...result, { text: trimNext ? rest.trimStart() : rest }];
}

function expression(text: string): string {
  if (!text || !EXPRESSION.test(text)) {
    throw new TemplateError(
      `the sandbox does not support {{ ${text} }} in a message template`,
      'InvalidTemplate',
    );
  }
  if (/^\$?\.Updated\b/.test(text)) {
    throw new TemplateError(
      "template uses removed '.Updated' field. Please use '.Changed' instead.",
      'RemovedTemplateField',
    );
  }
  return text;
}

function parse(
  list: { text?: string; action?: string }[],
  nested = false,
): { nodes: Node[]; end?: 'else' | 'end' } {
  const nodes: Node[] = [];
  for (let token = list.shift(); token; token = list.shift()) {
    if (token.action === undefined) {
      nodes.push({ text: token.text ?? '' });
      continue;
    }
    const action = token.action;
    if (action.startsWith('/*')) {
      continue;
    }
    if ((action === 'end' || action === 'else') && nested) {
      return { nodes, end: action };
    }
    const range = /^range\s+(?:(\$\w+)\s*(?:,\s*(\$\w+)\s*)?:=\s*)?(\S+)$/.exec(
      action,
    );
    const when = /^if\s+(\S+)$/.exec(action);
    if (range || when) {
      const body = parse(list, true);
      const otherwise = body.end === 'else' ? parse(list, true).nodes : [];
      nodes.push(
        range
          ? {
              range: expression(range[3]),
              key: range[2] ? range[1] : undefined,
              value: range[2] ?? range[1],
              body: body.nodes,
              otherwise,
            }
          : { when: expression(when![1]), body: body.nodes, otherwise },
      );
    } else {
      nodes.push({ field: expression(action) });
    }
  }
  if (nested) {
    throw new TemplateError(
      'unexpected EOF in message template',
      'InvalidTemplate',
    );
  }
  return { nodes };
}

interface Scope {
  dot: any;
  variables: Record<string, any>;
}

function look(path: string, { dot, variables }: Scope): any {
  const [head, ...fields] = path.split('.');
  return fields.filter(Boolean).reduce(
    (value, field) => {
      const object = value as Record<string, unknown> | undefined;
      if (
        object === undefined ||
        object === null ||
        !Object.hasOwn(object, field)
      ) {
        throw new TemplateError(
          `failed to create commit message: can't evaluate field ${field}`,
          'InvalidTemplate',
        );
      }
      return object[field] as any;
    },
    head ? variables[head] : dot,
  );
}

function entriesOf(value: any): [any, any][] {
  if (Array.isArray(value)) {
    return value.map((item, index) => [index, item]);
  }
  if (value instanceof Map) {
    return [...value];
  }
  // Go walks maps in the order of their keys.
  return Object.entries(value ?? {}).sort(([a], [b]) => (a < b ? -1 : 1));
}

function render(nodes: Node[], scope: Scope): string {
  return nodes
    .map(node => {
      if ('text' in node) {
        return node.text;
      }
      if ('field' in node) {
        const value = look(node.field, scope);
        return typeof value === 'object' ? value?.String ?? '' : String(value);
      }
      if ('when' in node) {
        const value = look(node.when, scope);
        const truthy = value && entriesOf(value).length !== 0;
        return render(
          truthy || (typeof value === 'string' && value) || value === true
            ? node.body
            : node.otherwise,
          scope,
        );
      }
      const entries = entriesOf(look(node.range, scope));
      return entries.length === 0
        ? render(node.otherwise, scope)
        : entries
            .map(([key, value]) =>
              render(node.body, {
                dot: value,
                variables: {
                  ...scope.variables,
                  ...(node.key ? { [node.key]: key } : {}),
                  ...(node.value ? { [node.value]: value } : {}),
                },
              }),
            )
            .join('');
    })
    .join('');
}

/** Renders the part of Go's templates that commit messages use: fields, range, if, variables. */
export function renderMessage(template: string, data: object): string {
  const { nodes } = parse(tokens(template));
  return render(nodes, { dot: data, variables: { $: data } });
}
