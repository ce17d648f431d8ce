import { parseAllDocuments } from 'yaml';
import { Files } from '../startRenderer';

type Substitute = (text: string) => string;

/** Values that no shell, workflow or program could take for anything but a word. */
const isWord = (text: string) => /^[\w./:@+-]*$/.test(text) && text !== '';

/** Texts for people, who may read whatever was filled in. */
const isProse = (path: string) => /\.md$/.test(path);

/** Where two trees differ in more than texts that hold a value. */
function treeProblems(
  before: unknown,
  after: unknown,
  substitute: Substitute,
  place: string,
): string[] {
  if (typeof before === 'string' && typeof after === 'string') {
    return after === substitute(before)
      ? []
      : [`${place}: ${JSON.stringify(after)} instead of ${before}`];
  }
  if (before && after && typeof before === 'object') {
    const [from, to] = [before, after].map(Object.entries);
    const names = from.map(([name]) => substitute(name));
    if (
      Array.isArray(before) !== Array.isArray(after) ||
      String(names) !== String(to.map(([name]) => name))
    ) {
      return [`${place}: has other fields`];
    }
    return from.flatMap(([name, value], index) =>
      treeProblems(value, to[index][1], substitute, `${place}.${name}`),
    );
  }
  return Object.is(before, after)
    ? []
    : [`${place}: ${typeof after} ${after} instead of ${typeof before}`];
}

function readTree(path: string, text: string, version: '1.1' | '1.2') {
  if (path.endsWith('.json')) {
    return JSON.parse(text);
  }
  return parseAllDocuments(text, { version }).map(document => {
    const [error] = document.errors;
    if (error) {
      throw error;
    }
    return document.toJS();
  });
}

/**
 * What is different between two renders beside that one has `to` where the other has `from`: other files, other
 * fields, texts that became something else, or a value that reached a program and is not a plain word.
 */
export function substitutionProblems(
  before: Files,
  after: Files,
  pairs: [from: string, to: string][],
): string[] {
  const values = new Map(pairs);
  const escaped = [...values.keys()].map(from =>
    from.replace(/[^\w]/g, '\\$&'),
  );
  const known = new RegExp(escaped.join('|'), 'g');
  const substitute: Substitute = text =>
    text.replace(known, from => values.get(from)!);
  const paths = [...before.keys()].map(substitute).sort();
  if (String(paths) !== String([...after.keys()].sort())) {
    return ['there are other files'];
  }
  return [...before].flatMap(([path, text]) => {
    const other = after.get(substitute(path))!;
    if (other === text) {
      return [];
    }
    const structured = /\.(ya?ml|json)$/.test(path);
    const program = /\.github\/|\.sh$/.test(path) || !structured;
    if (program && !isProse(path) && !pairs.every(([, to]) => isWord(to))) {
      return [`${path}: the value reaches a program`];
    }
    if (!structured) {
      // Half of a surrogate pair can't be written as UTF-8
      return other === Buffer.from(substitute(text)).toString()
        ? []
        : [`${path}: differs elsewhere`];
    }
    try {
      // Kubernetes reads YAML 1.1, where `on` is true, GitHub and Backstage 1.2
      return (['1.1', '1.2'] as const).flatMap(version =>
        treeProblems(
          readTree(path, text, version),
          readTree(path, other, version),
          substitute,
          path,
        ),
      );
    } catch (error) {
      return [`${path}: ${(error as Error).message}`];
    }
  });
}
