import { Missing } from './ResourceStore';

/** Several watches tell of a kind; the last one counts. Sorted by kind, whatever the order they come in. */
export function mergeMissing(...lists: Missing[]): Missing {
  const byKind = new Map(lists.flat().map(each => [each.kind, each]));
  return [...byKind.values()].sort((a, b) => (a.kind < b.kind ? -1 : 1));
}
