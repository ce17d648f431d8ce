import type { Projection } from '../projection/types';
import { explainMessage } from '../words/explain';
import { waitingWords } from '../words/images';
import { isFirstImageWait } from './firstImage';
import { condition, explained, said } from './make';
import { quietSummary } from './quiet';
import type { ExplainedStatus, StatusScope } from './types';

export function podStatus(p: Projection, scope: StatusScope): ExplainedStatus {
  const { phase, waiting, ready, unschedulable, restarts } = p.pod!;
  for (const w of waiting) {
    const image = p.workload?.images.find(i => i.container === w.container);
    const words = waitingWords(w.reason, image?.image);
    if (words) {
      return {
        ...said(
          words.waits ? 'waiting' : 'failing',
          words.short,
          words.sentence,
        ),
        reason: w.reason,
        rawMessage: w.message,
        since: p.createdAt,
        explanation: words,
      };
    }
  }
  if (phase === 'Succeeded') return said('upToDate', 'completed', '');
  if (phase === 'Failed') {
    return said(
      'failing',
      'ended with an error',
      'The pod ended with an error.',
    );
  }
  if (unschedulable) {
    return {
      ...said('waiting', 'for a node', 'No node has room for it yet.'),
      rawMessage: unschedulable,
    };
  }
  if (phase === 'Running' && ready) {
    return said('upToDate', quietSummary(p, scope), '');
  }
  return phase === 'Running'
    ? said(
        'progressing',
        restarts ? `not ready, ${quietSummary(p, scope)}` : 'not ready yet',
        'It runs, but does not say that it is ready yet.',
      )
    : said('progressing', 'starting', 'It is starting.');
}

/** A rollout leaves pods of the version before behind; their trouble is over with them. */
function isOfVersion(pod: Projection, wanted: Projection): boolean {
  return (pod.workload?.images ?? []).every(({ container, image }) => {
    const other = wanted.workload?.images.find(i => i.container === container);
    return !other || other.image === image;
  });
}

/** The first pod of a workload's present version, at any depth, that cannot start. */
function brokenPod(
  p: Projection,
  scope: StatusScope,
  wanted = p,
  depth = 0,
): ExplainedStatus | undefined {
  const owned = depth < 3 ? scope.index?.ownedBy(p) ?? [] : [];
  let waits: ExplainedStatus | undefined;
  for (const o of owned) {
    const status = o.pod
      ? isOfVersion(o, wanted) && scope.ask(o)
      : brokenPod(o, scope, wanted, depth + 1);
    if (status && status.state === 'failing') return status;
    if (status && isFirstImageWait(status)) waits = status;
  }
  return waits;
}

function jobStatus(p: Projection): ExplainedStatus {
  const failed = condition(p, 'Failed');
  if (failed?.status === 'True') {
    return {
      ...said('failing', 'the job failed', 'The job failed.', failed),
      explanation: explainMessage(failed.message ?? '', p),
    };
  }
  return condition(p, 'Complete')?.status === 'True'
    ? said('upToDate', 'completed', '')
    : said('progressing', 'running', 'The job runs.');
}

export function workloadStatus(
  p: Projection,
  scope: StatusScope,
): ExplainedStatus {
  const { desired = 0, replicas = 0, ready = 0, updated } = p.workload!;
  if (p.pod) return podStatus(p, scope);
  if (p.ref.kind === 'Job') return jobStatus(p);
  if (p.ref.kind === 'CronJob') return said('upToDate', '', '');
  const failure = condition(p, 'ReplicaFailure');
  if (failure?.status === 'True') return explained(p, failure);
  const settled =
    ready >= desired &&
    (updated ?? desired) >= desired &&
    replicas <= Math.max(desired, updated ?? desired) &&
    (p.observedGeneration ?? 0) >= (p.generation ?? 0);
  const seen = `${ready}/${desired} ready`;
  if (settled) return said('upToDate', quietSummary(p, scope), '');
  const pod = brokenPod(p, scope);
  if (pod) return pod;
  const progress = condition(p, 'Progressing');
  if (progress?.status === 'False') {
    return {
      ...said(
        'failing',
        'did not become ready in time',
        `Its new pods did not become ready in time; ${seen}.`,
        progress,
      ),
      explanation: {
        short: 'did not become ready in time',
        sentence: 'Its new pods did not become ready in time.',
        verb: 'can’t roll out',
        remedy: 'Read the log and events of its pods.',
      },
    };
  }
  const done =
    updated !== undefined && updated < desired
      ? `${updated}/${desired} updated`
      : seen;
  return said('progressing', done, `Rolling out, ${done}.`, progress);
}
