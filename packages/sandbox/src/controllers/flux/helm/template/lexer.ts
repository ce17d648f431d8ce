import { TemplateParseError } from './errors';

export type TokenType =
  | 'text'
  | 'left'
  | 'right'
  | 'space'
  | 'identifier'
  | 'keyword'
  | 'field'
  | 'variable'
  | 'dot'
  | 'nil'
  | 'bool'
  | 'number'
  | 'char'
  | 'string'
  | 'raw'
  | 'pipe'
  | 'declare'
  | 'assign'
  | 'open'
  | 'close'
  | 'comma'
  | 'eof';

export interface Token {
  type: TokenType;
  text: string;
  pos: number;
  line: number;
}

const KEYWORDS = new Set([
  'if',
  'else',
  'end',
  'range',
  'with',
  'template',
  'define',
  'block',
  'break',
  'continue',
]);

// In the order in which they are tried; what begins a number may also begin nothing else.
const PATTERNS: [TokenType, RegExp][] = [
  ['space', /[ \t\r\n]+/y],
  ['raw', /`[^`]*`/y],
  ['string', /"(?:[^"\\\n]|\\.)*"/y],
  ['char', /'(?:[^'\\\n]|\\.)+'/y],
  ['declare', /:=/y],
  ['assign', /=/y],
  ['pipe', /\|/y],
  ['open', /\(/y],
  ['close', /\)/y],
  ['comma', /,/y],
  [
    'number',
    /[+-]?(?:0[xX][0-9a-fA-F_]+|0[oO][0-7_]+|0[bB][01_]+|[0-9][0-9_]*(?:\.[0-9_]*)?(?:[eE][+-]?[0-9_]+)?|\.[0-9][0-9_]*(?:[eE][+-]?[0-9_]+)?)/y,
  ],
  ['field', /\.[\p{L}_][\p{L}\p{N}_]*/uy],
  ['dot', /\./y],
  ['variable', /\$[\p{L}\p{N}_]*/uy],
  ['identifier', /[\p{L}_][\p{L}\p{N}_]*/uy],
];

/** Splits a template into tokens, as Go's text/template does. */
export function tokenize(file: string, text: string): Token[] {
  const tokens: Token[] = [];
  let pos = 0;
  let line = 1;

  const fail = (message: string, at = line): never => {
    throw new TemplateParseError(file, at, message);
  };
  const push = (type: TokenType, value: string, at: number) => {
    tokens.push({ type, text: value, pos: at, line });
    line += value.split('\n').length - 1;
  };
  /** Moves on without a token. */
  const skip = (to: number) => {
    line += text.slice(pos, to).split('\n').length - 1;
    pos = to;
  };

  function comment(): void {
    const end = text.indexOf('*/', pos);
    if (end < 0) {
      fail('unclosed comment');
    }
    const close = /^(\s-)?\}\}/.exec(text.slice(end + 2));
    if (!close) {
      fail('comment ends before closing delimiter');
    }
    skip(end + 2 + close![0].length);
    if (close![1]) {
      skip(pos + /^\s*/.exec(text.slice(pos))![0].length);
    }
  }

  function insideAction(start: number): void {
    let depth = 0;
    for (;;) {
      const close = /^(\s-)?\}\}/.exec(text.slice(pos, pos + 4));
      if (close) {
        if (depth > 0) {
          fail('unclosed left paren');
        }
        push('right', '', pos);
        skip(pos + close[0].length);
        if (close[1]) {
          skip(pos + /^\s*/.exec(text.slice(pos))![0].length);
        }
        return;
      }
      if (pos >= text.length) {
        fail('unclosed action', start);
      }
      const token = next();
      depth += token.type === 'open' ? 1 : 0;
      depth -= token.type === 'close' ? 1 : 0;
      if (depth < 0) {
        fail('unexpected right paren');
      }
    }
  }

  function next(): Token {
    for (const [type, pattern] of PATTERNS) {
      pattern.lastIndex = pos;
      const match = pattern.exec(text)?.[0];
      if (match !== undefined) {
        push(classify(type, match), match, pos);
        pos += match.length;
        return tokens[tokens.length - 1];
      }
    }
    const character = String.fromCodePoint(text.codePointAt(pos)!);
    if (character === '"') {
      fail('unterminated quoted string');
    }
    if (character === '`') {
      fail('unterminated raw quoted string');
    }
    const code = character.codePointAt(0)!.toString(16).toUpperCase();
    return fail(
      `unrecognized character in action: U+${code.padStart(
        4,
        '0',
      )} '${character}'`,
    );
  }

  while (pos < text.length) {
    const left = text.indexOf('{{', pos);
    const end = left < 0 ? text.length : left;
    const trims = left >= 0 && /^\{\{-\s/.test(text.slice(left, left + 4));
    const before = text.slice(pos, end);
    const kept = trims ? before.trimEnd() : before;
    if (kept) {
      push('text', kept, pos);
    }
    line += before.slice(kept.length).split('\n').length - 1;
    pos = end;
    if (left < 0) {
      break;
    }
    const start = line;
    const open = trims ? 4 : 2;
    if (text.startsWith('/*', left + (trims ? 4 : 2))) {
      pos = left + open;
      comment();
    } else {
      push('left', '', left);
      // The space after a trimming delimiter stays: a token may not follow it at once.
      skip(left + (trims ? 3 : 2));
      insideAction(start);
    }
  }
  push('eof', '', pos);
  return tokens;
}

function classify(type: TokenType, text: string): TokenType {
  if (type !== 'identifier') {
    return type;
  }
  if (KEYWORDS.has(text)) {
    return 'keyword';
  }
  if (text === 'nil') {
    return 'nil';
  }
  return text === 'true' || text === 'false' ? 'bool' : 'identifier';
}
