import { FunctionError, MissingTemplateError } from './errors';
import { Expressions, Scope } from './expressions';
import type { BranchNode, Node, Template } from './nodes';
import {
  isMap,
  isNil,
  isTrue,
  MethodObject,
  print,
  sortedEntries,
  Value,
} from './values';

/** Deeper than any sane chart; Go gives up at 100,000, where Node's stack is long gone. */
const DEEPEST = 500;

class LoopControl {
  constructor(readonly type: 'break' | 'continue') {}
}

/** The execution of one template. */
export class Execution extends Expressions {
  readonly #depth: number;
  readonly #out: string[] = [];
  readonly #data: Value;

  private constructor(
    scope: Scope,
    template: Template,
    data: Value,
    depth: number,
  ) {
    super(scope, template, data);
    this.#depth = depth;
    this.#data = data;
  }

  /** Executes the template of that name; the text that it makes. */
  static execute(scope: Scope, name: string, data: Value, depth = 0): string {
    const template = scope.templates.get(name);
    if (!template) {
      throw new MissingTemplateError(name);
    }
    if (depth > DEEPEST) {
      throw new FunctionError(
        `rendering template has a nested reference name: ${name}: unable to execute template`,
      );
    }
    return new Execution(scope, template, data, depth).#run();
  }

  #run(): string {
    this.#list(this.template.body, this.#data);
    return this.#out.join('');
  }

  #list(nodes: Node[], dot: Value): void {
    for (const node of nodes) {
      this.#node(node, dot);
    }
  }

  #node(node: Node, dot: Value): void {
    switch (node.type) {
      case 'text':
        this.#out.push(node.text);
        break;
      case 'action': {
        const value = this.pipeline(node.pipe, dot);
        if (node.pipe.variables.length === 0) {
          // Go writes <no value> here, which Helm takes out again.
          this.#out.push(isNil(value) ? '' : print(value));
        }
        break;
      }
      case 'template': {
        const data = node.pipe && this.pipeline(node.pipe, dot);
        try {
          this.#out.push(
            Execution.execute(this.scope, node.name, data, this.#depth + 1),
          );
        } catch (error) {
          if (error instanceof MissingTemplateError) {
            this.fail(node, `template "${node.name}" not defined`);
          }
          if (error instanceof FunctionError) {
            this.fail(node, error.message, error);
          }
          throw error;
        }
        break;
      }
      case 'break':
      case 'continue':
        throw new LoopControl(node.type);
      default:
        this.#scoped(() => this.#branch(node, dot));
    }
  }

  /** What is declared inside is gone afterwards. */
  #scoped(run: () => void): void {
    const size = this.variables.length;
    try {
      run();
    } finally {
      this.variables.length = size;
    }
  }

  #branch(node: BranchNode, dot: Value): void {
    if (node.type === 'range') {
      this.#range(node, dot);
      return;
    }
    const value = this.pipeline(node.pipe, dot);
    if (isTrue(value)) {
      this.#list(node.body, node.type === 'with' ? value : dot);
    } else if (node.otherwise) {
      this.#list(node.otherwise, dot);
    }
  }

  #range(node: BranchNode, dot: Value): void {
    const { pipe } = node;
    const value = this.pipeline({ ...pipe, variables: [] }, dot);
    const entries = this.#entriesOf(node, value);
    if (entries.length === 0) {
      this.#list(node.otherwise ?? [], dot);
      return;
    }
    for (const [key, item] of entries) {
      const values = pipe.variables.length > 1 ? [key, item] : [item];
      try {
        this.#scoped(() => {
          pipe.variables.forEach((name, index) =>
            pipe.isAssignment
              ? this.assign(name, values[index])
              : this.variables.push({ name, value: values[index] }),
          );
          this.#list(node.body, item);
        });
      } catch (error) {
        if (!(error instanceof LoopControl)) {
          throw error;
        }
        if (error.type === 'break') {
          return;
        }
      }
    }
  }

  #entriesOf(node: BranchNode, value: Value): [Value, Value][] {
    if (isNil(value)) {
      return [];
    }
    if (Array.isArray(value)) {
      return value.map((item, index) => [BigInt(index), item]);
    }
    if (typeof value === 'bigint') {
      return Array.from({ length: Number(value) }, (_, index) => [
        BigInt(index),
        BigInt(index),
      ]);
    }
    if (value instanceof MethodObject) {
      return sortedEntries(value.fields);
    }
    return isMap(value)
      ? sortedEntries(value)
      : this.fail(
          node.pipe.commands.at(-1)!.operands.at(-1)!,
          `range can't iterate over ${print(value)}`,
        );
  }
}
