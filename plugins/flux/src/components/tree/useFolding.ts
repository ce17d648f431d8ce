import { ClusterView } from '@backstage-flux/plugin-flux-common';
import { useCallback, useState } from 'react';
import { isLost } from '../cluster';

/** Which rows are folded: as the reader chose, and else as it is most useful. */
export interface Folding {
  isFolded(key: string): boolean;
  set(key: string, folded: boolean): void;
}

/** Row key of a cluster's group. */
export function groupKey(cluster: string): string {
  return `group:${cluster}`;
}

/** Folding of a tree whose healthy and lost clusters start folded beside one that needs someone. */
export function useFolding(clusters: ClusterView[]): Folding {
  const [chosen, setChosen] = useState<Record<string, boolean>>({});
  const someNeedHelp = clusters.some(each => !isQuiet(each));
  const foldedGroups = clusters
    .filter(each => someNeedHelp && isQuiet(each))
    .map(each => groupKey(each.name));
  const set = useCallback(
    (key: string, folded: boolean) =>
      setChosen(all => ({ ...all, [key]: folded })),
    [],
  );
  return {
    isFolded: key => chosen[key] ?? foldedGroups.includes(key),
    set,
  };
}

function isQuiet(cluster: ClusterView): boolean {
  return cluster.status.state === 'upToDate' || isLost(cluster);
}
