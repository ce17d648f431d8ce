import { WorkflowProblem } from './workflow';

export type Expression =
  | { type: 'literal'; value: null | boolean | number | string }
  | { type: 'context'; name: string }
  | { type: 'member'; object: Expression; key: Expression }
  | { type: 'call'; name: string; arguments: Expression[] }
  | { type: 'not'; operand: Expression }
  | { type: 'binary'; operator: string; left: Expression; right: Expression };

const tokenPattern =
  /\s*(?:('(?:[^']|'')*')|(-?(?:0x[0-9a-fA-F]+|\d+(?:\.\d+)?(?:[eE][+-]?\d+)?))|([A-Za-z_][\w-]*)|(\|\||&&|==|!=|<=|>=|[<>!().,[\]*]))/y;

type Token = { kind: 'string' | 'number' | 'name' | 'symbol'; text: string };

function tokenize(source: string): Token[] {
  const tokens: Token[] = [];
  const kinds = ['string', 'number', 'name', 'symbol'] as const;
  tokenPattern.lastIndex = 0;
  let end = 0;
  while (end < source.trimEnd().length) {
    const match = tokenPattern.exec(source);
    if (!match) {
      throw new WorkflowProblem(
        `The expression is not valid at "${source
          .slice(end)
          .trim()}": ${source.trim()}`,
      );
    }
    const index = match.slice(1).findIndex(text => text !== undefined);
    tokens.push({ kind: kinds[index], text: match[index + 1] });
    end = tokenPattern.lastIndex;
  }
  return tokens;
}

/** Operators by precedence, the loosest first. */
const levels = [['||'], ['&&'], ['==', '!='], ['<', '<=', '>', '>=']];

/** Parses an expression as it stands between `${{` and `}}`. */
export function parseExpression(source: string): Expression {
  const tokens = tokenize(source);
  let position = 0;
  const peek = () => tokens[position];
  const fail = (): never => {
    const found = peek() ? `"${peek().text}"` : 'its end';
    throw new WorkflowProblem(
      `The expression is not valid at ${found}: ${source.trim()}`,
    );
  };
  const accept = (text: string): boolean => {
    if (peek()?.kind === 'symbol' && peek().text === text) {
      position += 1;
      return true;
    }
    return false;
  };
  const expect = (text: string) => accept(text) || fail();

  function binary(level: number): Expression {
    if (level === levels.length) {
      return unary();
    }
    let left = binary(level + 1);
    for (;;) {
      const operator = levels[level].find(accept);
      if (!operator) {
        return left;
      }
      left = { type: 'binary', operator, left, right: binary(level + 1) };
    }
  }

  function unary(): Expression {
    return accept('!') ? { type: 'not', operand: unary() } : postfix();
  }

  function postfix(): Expression {
    let object = primary();
    for (;;) {
      if (accept('.')) {
        const token = peek();
        if (token?.kind !== 'name') {
          return fail();
        }
        position += 1;
        const key: Expression = { type: 'literal', value: token.text };
        object = { type: 'member', object, key };
      } else if (accept('[')) {
        const key = binary(0);
        expect(']');
        object = { type: 'member', object, key };
      } else {
        return object;
      }
    }
  }

  function primary(): Expression {
    if (accept('(')) {
      const inner = binary(0);
      expect(')');
      return inner;
    }
    const token = peek();
    if (!token || token.kind === 'symbol') {
      return fail();
    }
    position += 1;
    if (token.kind === 'string') {
      const value = token.text.slice(1, -1).replace(/''/g, "'");
      return { type: 'literal', value };
    }
    if (token.kind === 'number') {
      return { type: 'literal', value: Number(token.text) };
    }
    const words: Record<string, null | boolean> = {
      null: null,
      true: true,
      false: false,
    };
    if (Object.hasOwn(words, token.text)) {
      return { type: 'literal', value: words[token.text] };
    }
    return accept('(')
      ? { type: 'call', name: token.text, arguments: callArguments() }
      : { type: 'context', name: token.text };
  }

  function callArguments(): Expression[] {
    const found: Expression[] = [];
    if (accept(')')) {
      return found;
    }
    do {
      found.push(binary(0));
    } while (accept(','));
    expect(')');
    return found;
  }

  const expression = binary(0);
  return position === tokens.length ? expression : fail();
}
