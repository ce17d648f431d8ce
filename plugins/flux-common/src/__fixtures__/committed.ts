import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';

const root = join(__dirname, '../../../..');

/** A file in the folder `tables` beside this one. */
export const tableFile = (name: string) => join(__dirname, 'tables', name);

/** A file of the project. */
export const projectFile = (path: string) => join(root, path);

/** Lines with columns that stand below each other. */
export function columns(rows: string[][]): string {
  const widths = rows[0].map((_, i) => Math.max(...rows.map(r => r[i].length)));
  return rows
    .map(row => row.map((cell, i) => cell.padEnd(widths[i])).join(' | '))
    .map(line => `${line.trimEnd()}\n`)
    .join('');
}

/** The values without those that are the same as the one before. */
export function changes<T>(values: T[], key: (value: T) => string): T[] {
  return values.filter((v, i) => i === 0 || key(v) !== key(values[i - 1]));
}

/**
 * Holds a committed file to what the rules say of the recordings. With UPDATE_RECORDED=1 it is written
 * instead, for a person to compare.
 */
export function expectCommitted(file: string, text: string) {
  if (process.env.UPDATE_RECORDED) {
    writeFileSync(file, text);
    return;
  }
  const committed = existsSync(file) ? readFileSync(file, 'utf8') : '';
  try {
    expect(text).toBe(committed);
  } catch (error) {
    (error as Error).message = [
      `${relative(root, file)} is not what the rules say of the recordings.`,
      'Where the rules are right, rewrite it and read what changed:',
      '  UPDATE_RECORDED=1 ./yarnw workspace @backstage-flux/plugin-flux-common test --watchAll=false record',
      (error as Error).message,
    ].join('\n');
    throw error;
  }
}
