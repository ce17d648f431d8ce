import { Row } from './ResourceRows';

/** A filter that has facets. */
export type FacetName = 'state' | 'kind' | 'cluster';

export interface Filter {
  cluster?: string[];
  namespace?: string[];
  kind?: string[];
  state?: string[];
  search?: string;
}

/** Which filters a row doesn't fit: none, one of those that have facets, or more. */
export type Misfit = 'none' | FacetName | 'more';

/** Reads a filter once for many rows. */
export function createFilter(filter: Filter): (row: Row) => Misfit {
  const setOf = (values?: string[]) =>
    values?.length ? new Set(values) : undefined;
  const namespaces = setOf(filter.namespace);
  const states = setOf(filter.state);
  const kinds = setOf(filter.kind);
  const clusters = setOf(filter.cluster);
  const words = filter.search?.toLowerCase().split(/\s+/).filter(Boolean) ?? [];
  const miss = (before: Misfit, name: FacetName): Misfit =>
    before === 'none' ? name : 'more';
  return row => {
    const { ref } = row.projection;
    let misfit: Misfit = 'none';
    if (states && !states.has(row.status.state)) {
      misfit = 'state';
    }
    if (kinds && !kinds.has(ref.kind)) {
      misfit = miss(misfit, 'kind');
    }
    if (clusters && !clusters.has(ref.cluster)) {
      misfit = miss(misfit, 'cluster');
    }
    return misfit === 'more' ||
      (namespaces && !namespaces.has(ref.namespace)) ||
      (words.length && !hasWords(row, words))
      ? 'more'
      : misfit;
  };
}

function hasWords(row: Row, words: string[]): boolean {
  const { projection, status } = row;
  const { kind, namespace, name } = projection.ref;
  row.text ??=
    `${kind} ${namespace} ${name} ${status.summary} ${status.message}`.toLowerCase();
  const { text } = row;
  return words.every(word => text.includes(word));
}
