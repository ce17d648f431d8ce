import type { ResourceView, RevisionView } from './api';
import { upstreamRefs, type Closure } from './closure';
import type { CommitUrlOptions } from './commitUrl';
import { parseImage } from './images';
import { kindInfo } from './kinds';
import { attemptedRevision, linkedRevision } from './origin';
import type { Projection } from './projection/types';
import type { ProjectionIndex } from './projectionIndex';
import { compact } from './raw';
import { resourceId, type ObjectRef } from './refs';
import { sameRevision } from './revisions';
import type { ExplainedStatus } from './status/types';
import { versionOverlay } from './versionOverlay';
import type { EntityVersions } from './versions';

/** What a resource view is made from, beside the object. */
export interface ViewScope extends CommitUrlOptions {
  index: ProjectionIndex;
  closure: Closure;
  versions: EntityVersions;
  read: (p: Projection) => ExplainedStatus;
  /** Who applied an object, by its id, as inventories and labels say. */
  appliers: Map<string, ObjectRef>;
}

/** Finds for every object of a closure what applied it. */
export function appliersOf(
  index: ProjectionIndex,
  closure: Closure,
): Map<string, ObjectRef> {
  const found = new Map<string, ObjectRef>();
  for (const applier of closure.members.filter(p => p.applier)) {
    for (const p of index.appliedBy(applier)) found.set(p.id, applier.ref);
  }
  // An object's own label is nearer to the truth than an inventory that has not caught up.
  for (const p of closure.members) {
    if (p.appliedBy) found.set(p.id, p.appliedBy);
  }
  return found;
}

function newest(...times: (string | undefined)[]): string | undefined {
  return times
    .filter(t => t !== undefined && !Number.isNaN(Date.parse(t)))
    .sort((a, b) => Date.parse(b!) - Date.parse(a!))[0];
}

/** No controller writes down when it last looked; the newest trace of its work comes closest. */
export function lastReconciled(p: Projection): string | undefined {
  if (!kindInfo(p.ref.group, p.ref.kind)?.flux) return p.createdAt;
  const ready = p.conditions.find(c => c.type === 'Ready');
  return newest(
    p.handledAt,
    p.applier?.lastRunAt,
    p.source?.artifact?.updatedAt,
    p.image?.scannedAt,
    p.image?.ranAt,
    p.image?.pushedAt,
    ready?.lastTransitionTime,
  );
}

function imageRevision(
  reference: string | undefined,
): RevisionView | undefined {
  return reference
    ? { raw: reference, label: parseImage(reference).label }
    : undefined;
}

export function version(
  p: Projection,
  scope: Pick<ViewScope, 'index' | 'webBaseUrls'>,
): RevisionView | undefined {
  const { index } = scope;
  if (p.ref.kind === 'ImagePolicy' && p.image?.latest) {
    const { image, tag, label } = p.image.latest;
    return { raw: tag ? `${image}:${tag}` : image, label };
  }
  if (p.image?.pushedCommit) {
    const linked = linkedRevision(
      index,
      p,
      `sha1:${p.image.pushedCommit}`,
      scope,
    );
    return linked && { ...linked, label: `committed ${linked.label}` };
  }
  if (p.source) {
    return linkedRevision(index, p, p.source.artifact?.revision, scope);
  }
  if (p.ref.kind === 'HelmRelease') {
    const { chart, chartVersion } = p.applier!;
    const linked = linkedRevision(index, p, chartVersion, scope);
    return linked && chart
      ? { ...linked, label: `${chart} ${linked.label}` }
      : linked;
  }
  if (p.applier) {
    return linkedRevision(index, p, p.applier.appliedRevision, scope);
  }
  return imageRevision(p.workload?.images[0]?.image);
}

function wanted(p: Projection, scope: ViewScope): RevisionView | undefined {
  if (!p.applier) return undefined;
  const has = p.applier.appliedRevision;
  const wants = attemptedRevision(scope.index, p);
  return wants && (!has || !sameRevision(has, wants))
    ? linkedRevision(scope.index, p, wants, scope)
    : undefined;
}

function parent(p: Projection, scope: ViewScope): string | undefined {
  const { closure } = scope;
  const owner = p.owners
    .map(o => ({
      group: o.group,
      kind: o.kind,
      namespace: p.ref.namespace,
      name: o.name,
    }))
    .find(closure.has);
  const applier = scope.appliers.get(p.id);
  // Flux makes a HelmChart for a release; the release uses it and is where people look for it.
  const user =
    p.ref.kind === 'HelmChart'
      ? closure.members.find(
          m =>
            m.ref.kind === 'HelmRelease' &&
            m.applier?.source?.name === p.ref.name &&
            m.applier.source.namespace === p.ref.namespace,
        )?.ref
      : undefined;
  const found: ObjectRef | undefined =
    owner ?? user ?? (applier && closure.has(applier) ? applier : undefined);
  if (!found) return undefined;
  const id = resourceId({ cluster: p.ref.cluster, ...pick(found) });
  // The Kustomization of a fleet repository applies itself.
  return id === p.id ? undefined : id;
}

function pick(ref: ObjectRef): ObjectRef {
  const { group, kind, namespace, name } = ref;
  return { group, kind, namespace, name };
}

/** One object as screens show it. */
export function resourceView(p: Projection, scope: ViewScope): ResourceView {
  const { explanation: _, ...status } = scope.read(p);
  const info = kindInfo(p.ref.group, p.ref.kind);
  const suspendable = info?.suspendable === true;
  return compact<ResourceView>({
    id: p.id,
    ref: p.ref,
    status,
    parentId: parent(p, scope),
    version: version(p, scope),
    wantedVersion: wanted(p, scope),
    versionText: p.image?.image,
    lastReconciledAt: lastReconciled(p),
    createdAt: p.createdAt,
    suspension: p.suspended ? p.suspension ?? {} : undefined,
    requestedBy: p.requestedBy,
    requestedAt: p.requestedAt,
    dependsOn: upstreamRefs(p).map(ref =>
      resourceId({ cluster: p.ref.cluster, ...pick(ref) }),
    ),
    actions: {
      reconcile: info?.reconcilable === true && !p.suspended,
      suspend: suspendable && !p.suspended,
      resume: suspendable && p.suspended,
    },
    ...versionOverlay(p, status, scope),
  });
}
