import { TemplateParseError } from './errors';
import type { Token, TokenType } from './lexer';
import { unquote } from './literals';

function describe({ type, text }: Token): string {
  switch (type) {
    case 'eof':
      return 'EOF';
    case 'right':
      return '"}}"';
    case 'keyword':
      return `<${text}>`;
    default:
      return JSON.stringify(text);
  }
}

/** Goes through the tokens of a file. */
export class TokenReader {
  protected position = 0;
  readonly #file: string;
  readonly #tokens: Token[];

  constructor(file: string, tokens: Token[]) {
    this.#file = file;
    this.#tokens = tokens;
  }

  peek(): Token {
    return this.#tokens[this.position];
  }

  next(): Token {
    this.position += 1;
    return this.#tokens[this.position - 1];
  }

  fail(message: string, { line }: Token = this.peek()): never {
    throw new TemplateParseError(this.#file, line, message);
  }

  unexpected(token: Token, context: string): never {
    return this.fail(`unexpected ${describe(token)} in ${context}`, token);
  }

  /** The next token that is not space. */
  skipSpace(): Token {
    while (this.peek().type === 'space') {
      this.position += 1;
    }
    return this.peek();
  }

  expect(type: TokenType, context: string): void {
    this.skipSpace();
    const token = this.next();
    if (token.type !== type) {
      this.unexpected(token, context);
    }
  }

  /** The string that has to come now. */
  named(context: string): string {
    this.skipSpace();
    const token = this.next();
    return token.type === 'string' || token.type === 'raw'
      ? unquote(token.text)
      : this.unexpected(token, context);
  }
}
