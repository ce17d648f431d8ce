import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { project } from '../projection/project';
import type { Projection } from '../projection/types';

const folder = join(__dirname, 'recordings');

/** Names of all recorded objects. */
export const objectFiles = readdirSync(folder).filter(f => f.endsWith('.json'));

export const watchFiles = readdirSync(folder).filter(f =>
  f.endsWith('.ndjson'),
);

/** The objects of a file; one, or the items of a list. */
export function recordedObjects(file: string): any[] {
  const object = JSON.parse(readFileSync(join(folder, file), 'utf8'));
  return object.items ?? [object];
}

/** A recorded object, projected. */
export function recorded(file: string): Projection {
  return project('test', recordedObjects(file)[0]);
}

export interface WatchEvent {
  ts: number;
  type: 'ADDED' | 'MODIFIED' | 'DELETED' | 'BOOKMARK';
  object: any;
}

/** The events of one or more watches in the order of time. */
export function recordedWatch(...files: string[]): WatchEvent[] {
  return files
    .flatMap(file =>
      readFileSync(join(folder, file), 'utf8')
        .split('\n')
        .filter(Boolean)
        .map(line => JSON.parse(line) as WatchEvent),
    )
    .filter(event => event.type !== 'BOOKMARK')
    .sort((a, b) => a.ts - b.ts);
}
