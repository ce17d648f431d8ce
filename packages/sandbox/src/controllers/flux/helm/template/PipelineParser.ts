import { Token, TokenType } from './lexer';
import { numberOf, unquote } from './literals';
import type { CommandNode, Operand, PipeNode } from './nodes';
import { TokenReader } from './TokenReader';

const OPERANDS: TokenType[] = [
  'identifier',
  'field',
  'variable',
  'dot',
  'nil',
  'bool',
  'number',
  'char',
  'string',
  'raw',
  'open',
];

/** Parses what is between the delimiters of an action, less its keyword. */
export class PipelineParser extends TokenReader {
  /** Those that are declared where the parser is. */
  variables = ['$'];
  readonly #isFunction: (name: string) => boolean;

  constructor(
    file: string,
    tokens: Token[],
    isFunction: (name: string) => boolean,
  ) {
    super(file, tokens);
    this.#isFunction = isFunction;
  }

  #operand(): Operand {
    const token = this.next();
    const { pos, text: value } = token;
    let node: Operand;
    switch (token.type) {
      case 'identifier':
        if (!this.#isFunction(value)) {
          this.fail(`function "${value}" not defined`, token);
        }
        node = { type: 'identifier', pos, name: value };
        break;
      case 'field':
        node = { type: 'field', pos, names: [value.slice(1)] };
        break;
      case 'variable':
        if (!this.variables.includes(value)) {
          this.fail(`undefined variable "${value}"`, token);
        }
        node = { type: 'variable', pos, name: value, names: [] };
        break;
      case 'dot':
      case 'nil':
        node = { type: token.type, pos };
        break;
      case 'bool':
        node = { type: 'constant', pos, value: value === 'true', text: value };
        break;
      case 'number':
      case 'char': {
        const number = numberOf(value);
        node =
          number === undefined
            ? this.fail(`bad number syntax: "${value}"`, token)
            : { type: 'constant', pos, value: number, text: value };
        break;
      }
      case 'string':
      case 'raw':
        node = { type: 'constant', pos, value: unquote(value), text: value };
        break;
      case 'open':
        node = this.pipeline('parenthesized pipeline', 'close', pos);
        break;
      default:
        return this.unexpected(token, 'operand');
    }
    if (this.peek().type !== 'field') {
      return node;
    }
    const names: string[] = [];
    // Go places a chain where its second part is.
    const chained = this.peek().pos;
    while (this.peek().type === 'field') {
      names.push(this.next().text.slice(1));
    }
    if (node.type === 'field') {
      return { ...node, pos: chained, names: [...node.names, ...names] };
    }
    if (node.type === 'variable') {
      return { ...node, pos: chained, names };
    }
    if (node.type === 'constant' || node.type === 'nil') {
      return this.fail(`unexpected . after term "${value}"`, token);
    }
    return { type: 'chain', pos: chained, node, names };
  }

  #command(): CommandNode {
    const operands: Operand[] = [];
    const { pos } = this.skipSpace();
    for (;;) {
      const token = this.skipSpace();
      if (!OPERANDS.includes(token.type)) {
        break;
      }
      operands.push(this.#operand());
      const after = this.peek();
      if (after.type === 'space') {
        continue;
      }
      if (!['right', 'close', 'pipe'].includes(after.type)) {
        this.unexpected(after, 'operand');
      }
      break;
    }
    return operands.length > 0
      ? { type: 'command', pos, operands }
      : this.fail('empty command');
  }

  pipeline(context: string, end: TokenType, from?: number): PipeNode {
    const { pos } = this.skipSpace();
    const pipe: PipeNode = {
      type: 'pipe',
      pos: from ?? pos,
      variables: [],
      isAssignment: false,
      commands: [],
    };
    this.#declarations(pipe, context);
    for (;;) {
      const token = this.skipSpace();
      if (token.type === end) {
        this.next();
        break;
      }
      if (token.type === 'pipe' && pipe.commands.length > 0) {
        this.next();
        this.skipSpace();
      } else if (pipe.commands.length > 0 || !OPERANDS.includes(token.type)) {
        if (token.type === 'right' || token.type === 'close') {
          break;
        }
        this.unexpected(token, context);
      }
      const parsed = this.#command();
      if (pipe.commands.length > 0 && parsed.operands[0].type === 'constant') {
        this.fail(
          `non executable command in pipeline stage ${
            pipe.commands.length + 1
          }`,
        );
      }
      pipe.commands.push(parsed);
    }
    return pipe.commands.length > 0
      ? pipe
      : this.fail(`missing value for ${context}`);
  }

  /** `$a :=`, `$a =`, `$k, $v :=` at the beginning of a pipeline. */
  #declarations(pipe: PipeNode, context: string) {
    const begin = this.position;
    const found: string[] = [];
    while (this.peek().type === 'variable') {
      found.push(this.next().text);
      const token = this.skipSpace();
      if (token.type === 'declare' || token.type === 'assign') {
        this.next();
        pipe.isAssignment = token.type === 'assign';
        const unknown = found.find(name => !this.variables.includes(name));
        if (pipe.isAssignment && unknown) {
          this.fail(`undefined variable "${unknown}"`, token);
        }
        pipe.variables = found;
        this.variables.push(...(pipe.isAssignment ? [] : found));
        return;
      }
      if (token.type !== 'comma' || context !== 'range') {
        break;
      }
      this.next();
      this.skipSpace();
    }
    this.position = begin;
  }
}
