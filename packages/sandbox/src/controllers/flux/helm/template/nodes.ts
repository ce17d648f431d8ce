/** Where a node begins in its file's text. */
interface Position {
  pos: number;
}

export interface FieldNode extends Position {
  type: 'field';
  names: string[];
}
export interface VariableNode extends Position {
  type: 'variable';
  name: string;
  names: string[];
}
export interface ChainNode extends Position {
  type: 'chain';
  node: Operand;
  names: string[];
}
export interface ConstantNode extends Position {
  type: 'constant';
  /** A bigint is Go's int, a number its float64. */
  value: string | bigint | number | boolean;
  text: string;
}
export type Operand =
  | FieldNode
  | VariableNode
  | ChainNode
  | ConstantNode
  | PipeNode
  | (Position & { type: 'identifier'; name: string })
  | (Position & { type: 'dot' })
  | (Position & { type: 'nil' });

export interface CommandNode extends Position {
  type: 'command';
  operands: Operand[];
}
export interface PipeNode extends Position {
  type: 'pipe';
  variables: string[];
  isAssignment: boolean;
  commands: CommandNode[];
}
export interface BranchNode extends Position {
  type: 'if' | 'range' | 'with';
  pipe: PipeNode;
  body: Node[];
  otherwise: Node[] | undefined;
}
export type Node =
  | (Position & { type: 'text'; text: string })
  | (Position & { type: 'action'; pipe: PipeNode })
  | (Position & { type: 'template'; name: string; pipe: PipeNode | undefined })
  | (Position & { type: 'break' | 'continue' })
  | BranchNode;

/** One named template. */
export interface Template {
  name: string;
  /** The file that it was defined in, and its text, for places in errors. */
  file: string;
  text: string;
  body: Node[];
}

/** A node as Go prints it in errors. */
export function source(node: Operand | CommandNode | Node): string {
  switch (node.type) {
    case 'field':
      return node.names.map(name => `.${name}`).join('');
    case 'variable':
      return [node.name, ...node.names].join('.');
    case 'chain': {
      const inner = source(node.node);
      return `${node.node.type === 'pipe' ? `(${inner})` : inner}${node.names
        .map(name => `.${name}`)
        .join('')}`;
    }
    case 'constant':
      return node.text;
    case 'identifier':
      return node.name;
    case 'dot':
      return '.';
    case 'nil':
      return 'nil';
    case 'command':
      return node.operands
        .map(operand =>
          operand.type === 'pipe' ? `(${source(operand)})` : source(operand),
        )
        .join(' ');
    case 'pipe': {
      const sign = node.isAssignment ? '=' : ':=';
      const declared = node.variables.length
        ? `${node.variables.join(', ')} ${sign} `
        : '';
      return declared + node.commands.map(source).join(' | ');
    }
    case 'action':
      return `{{${source(node.pipe)}}}`;
    case 'template':
      return `{{template ${JSON.stringify(node.name)}${
        node.pipe ? ` ${source(node.pipe)}` : ''
      }}}`;
    case 'if':
    case 'range':
    case 'with':
      return `{{${node.type} ${source(node.pipe)}}}`;
    case 'text':
      return JSON.stringify(node.text);
    default:
      return `{{${node.type}}}`;
  }
}

/** `file:line:column` of a node, as Go counts them. */
export function locationOf(template: Template, { pos }: Position): string {
  const before = template.text.slice(0, pos);
  const lineStart = before.lastIndexOf('\n') + 1;
  const column = Buffer.byteLength(before.slice(lineStart));
  return `${template.file}:${before.split('\n').length}:${column}`;
}
