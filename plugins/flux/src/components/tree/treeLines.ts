import {
  ClusterView,
  FluxEntityView,
  ResourceState,
} from '@backstage-flux/plugin-flux-common';
import { isFiltering, TreeFilter, TreeRow, treeRows } from '../../lib';
import { Folding, groupKey } from './useFolding';

/** A line of the whole tree, in the order in which arrow keys walk. */
export type TreeLine =
  | {
      type: 'group';
      key: string;
      cluster: ClusterView;
      expanded: boolean;
      matches: number;
      position: number;
    }
  | ({ type: 'resource'; key: string; parentKey: string } & TreeRow);

/** All lines that are shown; clusters of which a filter leaves nothing are left out. */
export function treeLines(
  view: FluxEntityView,
  filter: TreeFilter,
  folding: Folding,
  stateWord: (state: ResourceState) => string,
): TreeLine[] {
  const filtering = isFiltering(filter);
  const lines: TreeLine[] = [];
  const folded = new Set(
    view.clusters
      .flatMap(each => each.resources)
      .map(each => each.id)
      .filter(folding.isFolded),
  );
  let position = 0;
  for (const cluster of view.clusters) {
    const { rows, matches } = treeRows(cluster, filter, folded, stateWord);
    if (filtering && matches === 0) {
      continue;
    }
    const key = groupKey(cluster.name);
    const expanded = filtering || !folding.isFolded(key);
    position += 1;
    lines.push({ type: 'group', key, cluster, expanded, matches, position });
    if (expanded) {
      for (const row of rows) {
        lines.push({
          type: 'resource',
          key: row.resource.id,
          parentKey: row.parentId ?? key,
          ...row,
        });
      }
    }
  }
  return lines;
}
