import type { ProjectedCondition, Projection } from '../projection/types';
import { kindInfo } from '../kinds';
import { firstImageWait } from './firstImage';
import { condition, explained, isTrue, said } from './make';
import { doing } from './progress';
import { quietSummary } from './quiet';
import { failingSince } from './since';
import type { ExplainedStatus, StatusScope } from './types';

/** Kinds and types that Flux keeps no state for. */
function stateless(p: Projection): boolean {
  const { kind } = p.ref;
  return (
    kind === 'Alert' ||
    kind === 'Provider' ||
    (kind === 'HelmRepository' && p.source?.type === 'oci') ||
    (kind === 'ExternalArtifact' && p.source?.artifact !== undefined)
  );
}

/**
 * Whether a condition is about the present spec. While a first try fails, status.observedGeneration
 * stays -1 and only the condition's own generation is right.
 */
function isCurrent(p: Projection, c: ProjectedCondition): boolean {
  const seen = c.observedGeneration ?? p.observedGeneration;
  return p.generation === undefined || seen === undefined || seen < 0
    ? true
    : seen >= p.generation;
}

function unanswered(p: Projection): boolean {
  return (
    p.requestedAt !== undefined &&
    p.requestedAt !== p.handledAt &&
    // An ImagePolicy has nothing to answer with.
    p.ref.kind !== 'ImagePolicy' &&
    kindInfo(p.ref.group, p.ref.kind)?.reconcilable === true
  );
}

function changed(c: ProjectedCondition): ExplainedStatus {
  return said(
    'progressing',
    'its settings changed',
    'Its settings changed; Flux has not acted on them yet.',
    c,
  );
}

function stalled(p: Projection, ready?: ProjectedCondition): ExplainedStatus {
  const why = condition(p, 'Stalled')!;
  const status = explained(
    p,
    ready?.status === 'False' ? ready : why,
    'stalled',
  );
  // RetriesExceeded says how often; what went wrong is in Ready.
  const gaveUp = /after (\d+) attempt/.exec(why.message ?? '')?.[1];
  return {
    ...status,
    state: 'stalled',
    reason: why.reason,
    since: why.lastTransitionTime ?? status.since,
    ...(gaveUp
      ? {
          summary: `gave up after ${gaveUp} ${
            gaveUp === '1' ? 'try' : 'tries'
          }`,
          message: `${status.message} Flux gave up after ${gaveUp} ${
            gaveUp === '1' ? 'try' : 'tries'
          }.`,
        }
      : {}),
  };
}

/** A source’s trouble outlasts the Ready=Unknown of its next try. */
function fetchFailure(p: Projection): ProjectedCondition | undefined {
  return ['FetchFailed', 'BuildFailed', 'StorageOperationFailed']
    .map(type => condition(p, type))
    .find(c => c?.status === 'True');
}

function whenReady(
  p: Projection,
  c: ProjectedCondition,
  scope: StatusScope,
): ExplainedStatus {
  if (unanswered(p)) {
    return said(
      'progressing',
      'asked to reconcile',
      'Flux was asked to reconcile it and has not answered yet.',
      c,
    );
  }
  const fetch = fetchFailure(p);
  if (fetch) return explained(p, fetch);
  // Sources and scans look again every interval while what they have stays good.
  if (isTrue(p, 'Reconciling') && p.applier) return doing(p, c);
  return said('upToDate', quietSummary(p, scope), '', c);
}

/** The status of an object of a Flux kind, as real Flux writes it. */
export function fluxStatus(p: Projection, scope: StatusScope): ExplainedStatus {
  const c = condition(p, 'Ready');
  if (stateless(p) && !c) {
    return said(
      'upToDate',
      quietSummary(p, scope),
      'Flux keeps no state for it.',
    );
  }
  if (isTrue(p, 'Stalled')) return stalled(p, c);
  if (!c) {
    return isTrue(p, 'Reconciling')
      ? doing(p, condition(p, 'Reconciling')!)
      : said(
          'unknown',
          'no controller has looked at it yet',
          'No controller has looked at it yet.',
        );
  }
  if (!isCurrent(p, c)) return changed(c);
  if (c.status === 'True') return whenReady(p, c, scope);
  const wait = firstImageWait(p, c, scope);
  if (wait) return wait;
  if (c.status === 'Unknown' || c.reason === 'Progressing') {
    const fetch = fetchFailure(p);
    return fetch ? explained(p, fetch) : doing(p, c);
  }
  const status = explained(p, c);
  return status.state === 'failing'
    ? { ...status, since: failingSince(p, c, scope) }
    : status;
}
