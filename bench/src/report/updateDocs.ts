import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { FullResult } from '../runs/full';
import { sectionTables } from './sections';

/** Puts the tables of what was measured between their markers. */
export function updateDocs(file: string, result: FullResult) {
  writeFormatted(
    file,
    Object.entries(sectionTables(result)).reduce(
      (page, [name, tables]) => between(page, name, tables),
      readFileSync(file, 'utf8'),
    ),
  );
}

/** Writes a file as the repository's formatter leaves it. */
export function writeFormatted(file: string, text: string) {
  writeFileSync(file, text);
  const prettier = require.resolve('prettier/bin-prettier');
  execFileSync(process.execPath, [prettier, '--write', file]);
}

/** A page without the markers stays as it is. */
export function between(page: string, name: string, text: string): string {
  const begin = `<!-- bench:${name} -->`;
  const from = page.indexOf(begin) + begin.length;
  const to = page.indexOf(`<!-- /bench:${name} -->`);
  return page.includes(begin) && to >= from
    ? `${page.slice(0, from)}\n\n${text}\n\n${page.slice(to)}`
    : page;
}
