import type { ResourceView } from './api';
import { kindOrder } from './kinds';

/** Their names are made up by controllers; which is newer says more. */
function newestFirst(a: ResourceView, b: ResourceView): number {
  return /^(ReplicaSet|Pod)$/.test(a.ref.kind)
    ? Date.parse(b.createdAt ?? '') - Date.parse(a.createdAt ?? '') || 0
    : 0;
}

function compare(a: ResourceView, b: ResourceView): number {
  return (
    kindOrder(a.ref.group, a.ref.kind) - kindOrder(b.ref.group, b.ref.kind) ||
    a.ref.namespace.localeCompare(b.ref.namespace) ||
    newestFirst(a, b) ||
    a.ref.name.localeCompare(b.ref.name)
  );
}

/** Of appliers, those that others need come first. */
function byDependency(views: ResourceView[]): ResourceView[] {
  const ids = new Map(views.map(v => [v.id, v]));
  const out = new Set<ResourceView>();
  const visit = (view: ResourceView, open: Set<string>) => {
    if (out.has(view) || open.has(view.id)) return;
    open.add(view.id);
    for (const id of view.dependsOn) {
      const needed = ids.get(id);
      if (needed && needed.ref.kind === view.ref.kind) visit(needed, open);
    }
    out.add(view);
  };
  views.forEach(view => visit(view, new Set()));
  return [...out];
}

/** Sorts into the order of a tree's rows: every object after its parent; siblings by kind,
 * what others need first, then by namespace and name. Of ReplicaSets and Pods the newest comes first. */
export function inDisplayOrder(views: ResourceView[]): ResourceView[] {
  const ids = new Set(views.map(v => v.id));
  const children = new Map<string, ResourceView[]>();
  for (const view of views) {
    const key = view.parentId && ids.has(view.parentId) ? view.parentId : '';
    children.set(key, [...(children.get(key) ?? []), view]);
  }
  const out: ResourceView[] = [];
  const placed = new Set<string>();
  const level = (key: string) => {
    const siblings = [...(children.get(key) ?? [])].sort(compare);
    for (const view of byDependency(siblings)) {
      if (placed.has(view.id)) continue;
      placed.add(view.id);
      out.push(view);
      level(view.id);
    }
  };
  level('');
  // Two objects that name each other as parent would otherwise be lost.
  for (const view of [...views].sort(compare)) {
    if (placed.has(view.id)) continue;
    const { parentId: _, ...top } = view;
    placed.add(view.id);
    out.push(top);
    level(view.id);
  }
  return out;
}
