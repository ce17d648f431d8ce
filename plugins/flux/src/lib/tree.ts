import {
  ClusterView,
  ResourceState,
  ResourceView,
  resourceStates,
} from '@backstage-flux/plugin-flux-common';

/** What the reader filters by; empty sets and an empty text let everything through. */
export interface TreeFilter {
  text: string;
  states: ReadonlySet<string>;
  kinds: ReadonlySet<string>;
}

/** A filter that lets everything through. */
export const noFilter: TreeFilter = {
  text: '',
  states: new Set(),
  kinds: new Set(),
};

/** Whether anything is filtered. */
export function isFiltering(filter: TreeFilter): boolean {
  return (
    filter.text.trim() !== '' || filter.states.size > 0 || filter.kinds.size > 0
  );
}

/** A row of a cluster's tree. */
export interface TreeRow {
  resource: ResourceView;
  /** 0 for the cluster's own objects. */
  depth: number;
  hasChildren: boolean;
  expanded: boolean;
  /** Id of the row that it is shown under. */
  parentId?: string;
  position: number;
  siblings: number;
}

/**
 * The rows of a cluster's tree, in the view's order, children after their parents. With a filter,
 * an object that matches brings its ancestors along, and nothing is folded.
 */
export function treeRows(
  cluster: ClusterView,
  filter: TreeFilter,
  folded: ReadonlySet<string>,
  stateWord: (state: ResourceState) => string,
): { rows: TreeRow[]; matches: number } {
  const byId = new Map(cluster.resources.map(each => [each.id, each]));
  const shown = new Set<string>();
  let matches = 0;
  for (const resource of cluster.resources) {
    if (matchesFilter(resource, filter, stateWord)) {
      matches += 1;
      for (
        let each: ResourceView | undefined = resource;
        each && !shown.has(each.id);
        each = each.parentId ? byId.get(each.parentId) : undefined
      ) {
        shown.add(each.id);
      }
    }
  }

  const childrenOf = new Map<string | undefined, ResourceView[]>();
  for (const resource of cluster.resources) {
    if (shown.has(resource.id)) {
      const parentId = isRooted(resource, byId) ? resource.parentId : undefined;
      const children = childrenOf.get(parentId) ?? [];
      children.push(resource);
      childrenOf.set(parentId, children);
    }
  }

  const rows: TreeRow[] = [];
  const filtering = isFiltering(filter);
  const visit = (parentId: string | undefined, depth: number) => {
    const siblings = childrenOf.get(parentId) ?? [];
    siblings.forEach((resource, index) => {
      const hasChildren = childrenOf.has(resource.id);
      const expanded = filtering || !folded.has(resource.id);
      rows.push({
        resource,
        depth,
        hasChildren,
        expanded: hasChildren && expanded,
        parentId,
        position: index + 1,
        siblings: siblings.length,
      });
      if (hasChildren && expanded) {
        visit(resource.id, depth + 1);
      }
    });
  };
  visit(undefined, 0);
  return { rows, matches };
}

/** Whether the way up from an object through its parents ends, at an object that the view has. */
function isRooted(
  resource: ResourceView,
  byId: ReadonlyMap<string, ResourceView>,
): boolean {
  const seen = new Set<string>();
  let each = resource;
  while (each.parentId) {
    const parent = byId.get(each.parentId);
    // A Kustomization may apply itself; its row must not wait for itself to be shown.
    if (!parent || seen.has(each.id)) {
      return false;
    }
    seen.add(each.id);
    each = parent;
  }
  return true;
}

function matchesFilter(
  { ref, status }: ResourceView,
  filter: TreeFilter,
  stateWord: (state: ResourceState) => string,
): boolean {
  if (filter.states.size > 0 && !filter.states.has(status.state)) {
    return false;
  }
  if (filter.kinds.size > 0 && !filter.kinds.has(ref.kind)) {
    return false;
  }
  const haystack = `${ref.name} ${ref.kind} ${ref.namespace} ${stateWord(
    status.state,
  )} ${status.summary}`.toLocaleLowerCase();
  return filter.text
    .toLocaleLowerCase()
    .split(/\s+/)
    .every(word => haystack.includes(word));
}

/** How many objects are in each state, what needs attention first. */
export function countStates(
  resources: ResourceView[],
): { state: ResourceState; count: number }[] {
  return resourceStates
    .map(state => ({
      state,
      count: resources.filter(each => each.status.state === state).length,
    }))
    .filter(each => each.count > 0);
}
