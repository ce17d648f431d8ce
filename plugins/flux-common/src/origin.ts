import type { RevisionView } from './api';
import type { CommitUrlOptions } from './commitUrl';
import type { Projection } from './projection/types';
import type { ProjectionIndex } from './projectionIndex';
import { revisionView, type RevisionOrigin } from './revisions';

/** The Git address behind a source; an OCI artifact names its own, a chart's is its repository's. */
function originOf(
  index: ProjectionIndex,
  source: Projection | undefined,
  depth = 0,
): RevisionOrigin {
  const artifact = source?.source?.artifact;
  if (artifact?.originUrl) {
    return {
      url: artifact.originUrl,
      originRevision: artifact.originRevision,
    };
  }
  if (source?.ref.kind === 'GitRepository') return { url: source.source?.url };
  const from = source?.source?.from[0];
  const next = from && index.find(from);
  return next && depth < 4 ? originOf(index, next, depth + 1) : {};
}

/** A revision of a source or of what it is applied by, linked to its commit where that is known. */
export function linkedRevision(
  index: ProjectionIndex,
  p: Projection,
  raw: string | undefined,
  options: CommitUrlOptions,
): RevisionView | undefined {
  if (!raw) return undefined;
  const ref = p.applier?.source ?? p.image?.source;
  const source = ref ? index.find(ref) : p;
  const origin = originOf(index, source);
  // The origin of an OCI artifact is that of its present revision only.
  const present = source?.source?.artifact?.revision === raw;
  const originRevision =
    p.applier?.appliedRevision === raw ? p.applier.originRevision : undefined;
  return revisionView(raw, {
    ...options,
    url: origin.url,
    originRevision: present ? origin.originRevision : originRevision,
  });
}

/** The revision that an object tries to bring in, where it is not the one that it has. */
export function attemptedRevision(
  index: ProjectionIndex,
  p: Projection,
): string | undefined {
  const { applier } = p;
  if (!applier) return undefined;
  const fromSource = applier.source
    ? index.find(applier.source)?.source?.artifact?.revision
    : undefined;
  const fromMessage = p.conditions
    .filter(c => c.type === 'Reconciling')
    .map(c => /for revision (\S+)/.exec(c.message ?? '')?.[1])[0];
  return (
    (p.ref.kind === 'Kustomization' ? fromSource : undefined) ??
    fromMessage ??
    applier.attemptedRevision
  );
}
