import type { ResourceStatus } from '../api';
import type { Projection } from '../projection/types';
import { kindInfo } from '../kinds';
import { canaryStatus } from './canary';
import { fluxStatus } from './flux';
import { condition, explained, said } from './make';
import { quietSummary } from './quiet';
import type { ExplainedStatus, StatusContext, StatusScope } from './types';
import { workloadStatus } from './workload';

function suspendedStatus(p: Projection): ExplainedStatus {
  const s = p.suspension;
  const who = s?.by ? ` by ${s.by.replace(/^user:(default\/)?/, 'user:')}` : '';
  const why = s?.reason ? `: “${s.reason}”` : '';
  return {
    ...said(
      'suspended',
      s?.reason ?? who.trim(),
      `Suspended${who}${why || '.'}`,
      condition(p, 'Ready'),
    ),
    since: s?.at,
  };
}

function plainStatus(p: Projection, scope: StatusScope): ExplainedStatus {
  const bad = p.conditions.find(
    c => /^(Ready|Valid)$/.test(c.type) && c.status === 'False',
  );
  return bad ? explained(p, bad) : said('upToDate', quietSummary(p, scope), '');
}

function statusOf(p: Projection, scope: StatusScope): ExplainedStatus {
  if (p.deletedAt) {
    return {
      ...said('progressing', 'being deleted', 'It is being deleted.'),
      since: p.deletedAt,
    };
  }
  if (p.suspended) return suspendedStatus(p);
  if (p.disabled && kindInfo(p.ref.group, p.ref.kind)?.flux) {
    return said(
      'suspended',
      'switched off',
      'An annotation switches its reconciliation off.',
    );
  }
  if (p.workload) return workloadStatus(p, scope);
  if (p.canary) return canaryStatus(p);
  if (kindInfo(p.ref.group, p.ref.kind)?.flux) return fluxStatus(p, scope);
  return plainStatus(p, scope);
}

/** As {@link resourceStatus}, with the words for causes; remembers what it was asked. */
export function createStatusReader(
  context: StatusContext = {},
): (p: Projection) => ExplainedStatus {
  const known = new Map<string, ExplainedStatus>();
  const open = new Set<string>();
  const read = (p: Projection): ExplainedStatus => {
    const before = known.get(p.id);
    if (before) return before;
    open.add(p.id);
    const status = statusOf(p, {
      ...context,
      // Dependencies may form a circle; the second time round nothing new is to be learnt.
      ask: other => (open.has(other.id) ? undefined : read(other)),
    });
    open.delete(p.id);
    known.set(p.id, status);
    return status;
  };
  return read;
}

/**
 * What an object is doing, in the words of the screens. Suspension wins over an old Ready; an object
 * that is failing and retrying is failing; what waits for a first image or for another object waits. With
 * `context.index` the other objects are taken into account.
 *
 * @public
 */
export function resourceStatus(
  projection: Projection,
  context: StatusContext = {},
): ResourceStatus {
  const { explanation: _, ...status } = createStatusReader(context)(projection);
  return status;
}
