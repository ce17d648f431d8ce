import {
  FunctionError,
  MissingTemplateError,
  TemplateExecError,
} from './errors';
import type { GoFunction } from './functions/define';
import {
  CommandNode,
  locationOf,
  Node,
  Operand,
  PipeNode,
  source,
  Template,
} from './nodes';
import { checkArgument, checkCount } from './signature';
import { isMap, isNil, isTrue, MethodObject, Value } from './values';

/** The templates and functions of one rendering. */
export interface Scope {
  templates: Map<string, Template>;
  functions: Record<string, GoFunction>;
}

const MISSING = Symbol('no value was piped in');

/** The values of pipelines, commands and operands within one template. */
export class Expressions {
  protected readonly scope: Scope;
  protected readonly template: Template;
  protected readonly variables: { name: string; value: Value }[];

  constructor(scope: Scope, template: Template, data: Value) {
    this.scope = scope;
    this.template = template;
    this.variables = [{ name: '$', value: data }];
  }

  protected fail(
    node: Operand | CommandNode | Node,
    message: string,
    cause?: unknown,
  ): never {
    throw new TemplateExecError({
      location: locationOf(this.template, node),
      template: this.template.name,
      context: source(node),
      message,
      cause,
    });
  }

  protected assign(name: string, value: Value): void {
    const variable = this.variables.findLast(entry => entry.name === name)!;
    variable.value = value;
  }

  protected pipeline(pipe: PipeNode, dot: Value): Value {
    let value: Value | typeof MISSING = MISSING;
    for (const command of pipe.commands) {
      value = this.#command(command, dot, value);
    }
    for (const name of pipe.variables) {
      if (pipe.isAssignment) {
        this.assign(name, value);
      } else {
        this.variables.push({ name, value });
      }
    }
    return value;
  }

  #command(
    command: CommandNode,
    dot: Value,
    piped: Value | typeof MISSING,
  ): Value {
    const [first, ...rest] = command.operands;
    const takes = ['identifier', 'field', 'chain', 'variable'];
    if (!takes.includes(first.type)) {
      if (rest.length > 0 || piped !== MISSING) {
        this.fail(
          command,
          `can't give argument to non-function ${source(first)}`,
        );
      }
      if (first.type === 'nil') {
        this.fail(command, 'nil is not a command');
      }
    }
    if (first.type === 'identifier') {
      return this.#call(first.name, command, rest, dot, piped);
    }
    return this.#operand(first, dot, rest, piped);
  }

  #operand(
    node: Operand,
    dot: Value,
    rest: Operand[] = [],
    piped: Value | typeof MISSING = MISSING,
  ): Value {
    switch (node.type) {
      case 'dot':
        return dot;
      case 'nil':
        return null;
      case 'constant':
        return node.value;
      case 'pipe':
        return this.pipeline(node, dot);
      case 'identifier':
        return this.#call(node.name, node, [], dot, MISSING);
      case 'variable': {
        const { value } = this.variables.findLast(
          ({ name }) => name === node.name,
        )!;
        if (node.names.length === 0 && (rest.length > 0 || piped !== MISSING)) {
          this.fail(node, `can't give argument to non-function ${node.name}`);
        }
        return this.#fields(node, node.names, value, dot, rest, piped);
      }
      case 'field':
        return this.#fields(node, node.names, dot, dot, rest, piped);
      default: {
        const value = this.#operand(node.node, dot);
        return this.#fields(node, node.names, value, dot, rest, piped);
      }
    }
  }

  #fields(
    node: Operand,
    names: string[],
    receiver: Value,
    dot: Value,
    rest: Operand[],
    piped: Value | typeof MISSING,
  ): Value {
    return names.reduce<Value>((value, name, index) => {
      const isLast = index === names.length - 1;
      const hasArguments = isLast && (rest.length > 0 || piped !== MISSING);
      if (isNil(value)) {
        this.fail(node, `nil pointer evaluating interface {}.${name}`);
      }
      if (value instanceof MethodObject) {
        const method = value.methods[name];
        if (method) {
          const args = isLast ? rest.map(arg => this.#operand(arg, dot)) : [];
          return method(
            ...args,
            ...(hasArguments && piped !== MISSING ? [piped] : []),
          );
        }
        if (name in value.fields) {
          return value.fields[name];
        }
      }
      if (!isMap(value)) {
        this.fail(node, `can't evaluate field ${name} in type interface {}`);
      }
      if (hasArguments) {
        this.fail(node, `${name} is not a method but has arguments`);
      }
      return Object.hasOwn(value, name) ? value[name] : null;
    }, receiver);
  }

  #call(
    name: string,
    node: Operand | CommandNode,
    operands: Operand[],
    dot: Value,
    piped: Value | typeof MISSING,
  ): Value {
    if (name === 'and' || name === 'or') {
      return this.#shortCircuit(name, operands, dot, piped);
    }
    const { signature, call } = this.scope.functions[name];
    const given = operands.length + (piped === MISSING ? 0 : 1);
    const wrong = checkCount(signature, given);
    if (wrong) {
      this.fail(
        { type: 'identifier', pos: node.pos, name },
        `wrong number of args for ${name}: ${wrong}`,
      );
    }
    const args = operands.map((operand, index) => {
      const value = this.#operand(operand, dot);
      const problem = checkArgument(signature, index, value, operand.type);
      return problem ? this.fail(operand, problem) : value;
    });
    if (piped !== MISSING) {
      const problem = checkArgument(signature, args.length, piped, 'pipe');
      args.push(problem ? this.fail(operands.at(-1) ?? node, problem) : piped);
    }
    try {
      return call(...args);
    } catch (error) {
      if (
        error instanceof FunctionError ||
        error instanceof MissingTemplateError ||
        error instanceof TemplateExecError
      ) {
        const message =
          error instanceof FunctionError ? ` ${error.message}` : '';
        this.fail(node, `error calling ${name}:${message}`, error);
      }
      throw error;
    }
  }

  #shortCircuit(
    name: 'and' | 'or',
    operands: Operand[],
    dot: Value,
    piped: Value | typeof MISSING,
  ): Value {
    let value: Value = null;
    for (const operand of operands) {
      value = this.#operand(operand, dot);
      if (isTrue(value) === (name === 'or')) {
        return value;
      }
    }
    return piped === MISSING ? value : piped;
  }
}
