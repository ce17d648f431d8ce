import { Token, tokenize } from './lexer';
import type { BranchNode, Node, Template } from './nodes';
import { PipelineParser } from './PipelineParser';

/**
 * Parses a file. The result has the file itself under its own name, and each template that it
 * defines.
 */
export function parse(
  file: string,
  text: string,
  isFunction: (name: string) => boolean,
): Template[] {
  const reader = new PipelineParser(file, tokenize(file, text), isFunction);
  const templates: Template[] = [];
  let loops = 0;

  const define = (name: string, body: Node[]) =>
    templates.push({ name, file, text, body });

  function branch(type: BranchNode['type'], pos: number): BranchNode {
    const scope = [...reader.variables];
    const pipe = reader.pipeline(type, 'right');
    loops += type === 'range' ? 1 : 0;
    const [body, end] = list(true);
    loops -= type === 'range' ? 1 : 0;
    let otherwise: Node[] | undefined;
    if (end === 'else') {
      const token = reader.skipSpace();
      const chained = token.type === 'keyword' && token.text === type;
      if (chained && type !== 'range') {
        // `else if` is an if inside of else, which ends both.
        reader.next();
        otherwise = [branch(type, token.pos)];
      } else {
        reader.expect('right', 'else');
        const [nodes, last] = list(true);
        if (last === 'else') {
          reader.fail('expected end; found {{else}}');
        }
        otherwise = nodes;
      }
    }
    reader.variables = scope;
    return { type, pos, pipe, body, otherwise };
  }

  function nested(name: string) {
    const before = reader.variables;
    reader.variables = ['$'];
    const [body, end] = list(true);
    if (end === 'else') {
      reader.fail(`unexpected {{else}} in define clause`);
    }
    reader.variables = before;
    define(name, body);
  }

  function statement(keyword: Token): Node | 'else' | 'end' | undefined {
    const { pos, text: value } = keyword;
    switch (value) {
      case 'if':
      case 'range':
      case 'with':
        return branch(value, pos);
      case 'else':
        return 'else';
      case 'end':
        reader.expect('right', 'end');
        return 'end';
      case 'define': {
        const name = reader.named('define clause');
        reader.expect('right', 'define clause');
        nested(name);
        return undefined;
      }
      case 'block': {
        const name = reader.named('block clause');
        const pipe = reader.pipeline('block clause', 'right');
        nested(name);
        return { type: 'template', pos, name, pipe };
      }
      case 'template': {
        const place = reader.skipSpace().pos;
        const name = reader.named('template clause');
        const empty = reader.skipSpace().type === 'right';
        const pipe = empty
          ? undefined
          : reader.pipeline('template clause', 'right');
        if (empty) {
          reader.next();
        }
        return { type: 'template', pos: place, name, pipe };
      }
      default:
        if (loops === 0) {
          reader.fail(`{{${value}}} outside {{range}}`, keyword);
        }
        reader.expect('right', `{{${value}}}`);
        return { type: value as 'break' | 'continue', pos };
    }
  }

  function list(isNested: boolean): [Node[], 'else' | 'end' | 'eof'] {
    const nodes: Node[] = [];
    for (;;) {
      const token = reader.next();
      if (token.type === 'eof') {
        return isNested ? reader.fail('unexpected EOF', token) : [nodes, 'eof'];
      }
      if (token.type === 'text') {
        nodes.push({ type: 'text', pos: token.pos, text: token.text });
        continue;
      }
      const first = reader.skipSpace();
      if (first.type !== 'keyword') {
        const pipe = reader.pipeline('command', 'right');
        nodes.push({ type: 'action', pos: pipe.pos, pipe });
        continue;
      }
      reader.next();
      const result = statement(first);
      if (result === 'else' || result === 'end') {
        return isNested
          ? [nodes, result]
          : reader.fail(`unexpected {{${result}}}`, first);
      }
      if (result) {
        nodes.push(result);
      }
    }
  }

  const [body] = list(false);
  define(file, body);
  return templates;
}
