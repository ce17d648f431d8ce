import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

export const shells = ['sh', 'bash', 'shell', 'console'];

const fence = /^(\s*)(`{3,}|~{3,})\s*([^\s`]*)/;

/** README.md and every page of docs/. */
export async function readPages() {
  const names = await readdir('docs', { recursive: true });
  const paths = names
    .filter(name => name.endsWith('.md'))
    .sort()
    .map(name => join('docs', name));
  return Promise.all(
    ['README.md', ...paths].map(async path => ({
      path,
      text: await readFile(path, 'utf8'),
    })),
  );
}

/** The fenced blocks of a page, each with the mark in the comment before it. */
export function blocksOf({ path, text }) {
  const blocks = [];
  let open;
  let mark;
  text.split('\n').forEach((line, index) => {
    const [, indent, ticks, language] = fence.exec(line) ?? [];
    if (open) {
      if (ticks?.startsWith(open.ticks) && !language) {
        blocks.push({ ...open, code: open.lines.join('\n') });
        open = undefined;
      } else {
        open.lines.push(
          line.startsWith(open.indent) ? line.slice(open.indent.length) : line,
        );
      }
      return;
    }
    if (ticks) {
      const where = `${path}:${index + 1}`;
      open = { where, indent, ticks, language, mark, lines: [] };
      mark = undefined;
    } else if (line.trim()) {
      mark = /^\s*<!-- (.+) -->$/.exec(line)?.[1];
    }
  });
  if (open) {
    throw new Error(`${open.where}: the block is never closed`);
  }
  return blocks;
}

/** A page without what is code, in which nothing is a link or a heading. */
export function proseOf({ text }) {
  let open;
  return text
    .split('\n')
    .filter(line => {
      const [, , ticks, language] = fence.exec(line) ?? [];
      if (open) {
        if (ticks?.startsWith(open) && !language) {
          open = undefined;
        }
        return false;
      }
      open = ticks;
      return !open;
    })
    .join('\n');
}
