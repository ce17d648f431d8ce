import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { project } from '../projection/project';
import type { Projection } from '../projection/types';

const folder = join(__dirname, 'recordings');
const files = readdirSync(folder);
const eventFiles = files.filter(f => /\.events\.(json|ndjson)$/.test(f));

/** Names of all recorded objects. */
export const objectFiles = files.filter(
  f => f.endsWith('.json') && !eventFiles.includes(f),
);

/** Names of all watches of objects that the model reads; it reads no Events. */
export const watchFiles = files.filter(
  f => f.endsWith('.ndjson') && !eventFiles.includes(f),
);

/** `lifecycle-annotate` and so on. */
export const runs = [...new Set(watchFiles.map(f => f.split('.')[1]))];

const read = (file: string) => readFileSync(join(folder, file), 'utf8');

const lines = (file: string) =>
  read(file)
    .split('\n')
    .filter(Boolean)
    .map(line => JSON.parse(line));

/** The objects of a file; one, or the items of a list. */
export function recordedObjects(file: string): any[] {
  const object = JSON.parse(read(file));
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
export function recordedWatch(...watches: string[]): WatchEvent[] {
  return watches
    .flatMap(file => lines(file) as WatchEvent[])
    .filter(event => event.type !== 'BOOKMARK')
    .sort((a, b) => a.ts - b.ts);
}

/** Every Event that Flux and Kubernetes wrote, as the API server gave them. */
export const recordedEvents: any[] = eventFiles.flatMap(file =>
  file.endsWith('.json')
    ? recordedObjects(file)
    : lines(file).map(({ object }) => object),
);
