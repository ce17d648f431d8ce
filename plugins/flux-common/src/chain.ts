import type { ChainStop } from './api';
import { failureVerb } from './causeWords';
import { placeStops, type Stop } from './chainStops';
import type { Closure } from './closure';
import { sameVersion } from './images';
import { linkedRevision } from './origin';
import type { Projection } from './projection/types';
import type { ProjectionIndex } from './projectionIndex';
import { compact } from './raw';
import { objectKey } from './refs';
import { createStatusReader } from './status/status';
import type { ExplainedStatus } from './status/types';
import type { EntityVersions } from './versions';

/** The Kustomization or HelmRelease that brings the workload; before that exists, the last of the roots. */
function mainApplier(
  index: ProjectionIndex,
  closure: Closure,
  workload: Projection | undefined,
): Projection | undefined {
  const named = workload?.appliedBy && index.find(workload.appliedBy);
  if (named && closure.has(named.ref)) return named;
  const roots = closure.roots.filter(p => p.applier);
  const needed = new Set(
    roots.flatMap(p => p.applier!.dependsOn.map(objectKey)),
  );
  return roots.find(p => !needed.has(objectKey(p.ref))) ?? roots[0];
}

function rootSource(
  index: ProjectionIndex,
  applier: Projection | undefined,
): Projection | undefined {
  let p = applier?.applier?.source && index.find(applier.applier.source);
  for (let i = 0; i < 4 && p?.source?.from[0]; i++) {
    p = index.find(p.source.from[0]) ?? p;
  }
  return p;
}

/** How a stop that stands still says so in one or two words. */
function standing(p: Projection, status: ExplainedStatus): string | undefined {
  switch (status.state) {
    case 'failing':
    case 'stalled':
      return failureVerb(p, status);
    case 'suspended':
      return 'suspended';
    case 'waiting':
      return /first image/.test(status.summary)
        ? 'no image yet'
        : // The kind stands in the tree; here the name has to be short
          `waits ${status.summary.replace(/^for [A-Z]\w+ /, 'for ')}`;
    default:
      return undefined;
  }
}

/**
 * The way from source to what runs, as stops; what the entity does not have is left out. After the
 * first stop that stands still, stops are `running` where something runs, else `notReached`.
 *
 * @public
 */
export function entityChain(
  index: ProjectionIndex,
  closure: Closure,
  versions: EntityVersions,
): ChainStop[] {
  const read = createStatusReader({ index });
  const { policy, latest, running, canary } = versions;
  // The canary’s target is scaled to zero between checks; what serves is what people look for.
  const workload = versions.serving ?? versions.workload;
  const applier = mainApplier(index, closure, versions.workload);
  const source = rootSource(index, applier);
  const found = (kind: string) =>
    closure.members.find(p => p.ref.kind === kind);
  const imagePolicy = policy ?? found('ImagePolicy');
  const automation = closure.members.find(
    p =>
      p.ref.kind === 'ImageUpdateAutomation' &&
      (!imagePolicy || p.ref.namespace === imagePolicy.ref.namespace),
  );
  const stops: Stop[] = [];
  const add = (
    label: string,
    at: Projection | undefined,
    text: string,
    runs?: boolean,
  ) => {
    if (!at) return;
    const status = read(at);
    stops.push({
      label,
      at,
      status,
      text: standing(at, status) ?? text,
      rest: text,
      runs,
    });
  };
  const revision = (p: Projection | undefined, raw: string | undefined) =>
    (p && linkedRevision(index, p, raw, {})?.label) ?? 'nothing yet';
  add('Source', source, revision(source, source?.source?.artifact?.revision));
  const repository =
    imagePolicy?.image?.repository && index.find(imagePolicy.image.repository);
  // The policy keeps its old choice while the registry is away; the scan is where it stands still.
  const scans = !repository || read(repository).state !== 'failing';
  add(
    'Image',
    scans ? imagePolicy : repository,
    latest?.label ?? 'no image yet',
  );
  const pushed = automation?.image?.pushedCommit;
  add(
    'Automation',
    automation,
    pushed ? `committed ${pushed.slice(0, 7)}` : 'nothing to commit',
  );
  add(
    applier?.ref.kind ?? '',
    applier,
    revision(applier, applier?.applier?.appliedRevision),
  );
  const { ready, desired = 0 } = workload?.workload ?? {};
  // While a rollout surges there are more pods than are wanted.
  const count =
    ready === undefined ? '' : `${Math.min(ready, desired)}/${desired}`;
  if (workload) {
    const status = read(workload);
    const nothing = ready ? `${count} ready` : 'nothing runs';
    stops.push({
      label: workload.ref.kind,
      at: workload,
      status,
      text: running
        ? [running.label, count].filter(Boolean).join(' · ')
        : standing(workload, status) ?? nothing,
      rest: nothing,
      runs: running !== undefined,
    });
  }
  if (canary) {
    const { summary, state } = read(canary);
    const promoted =
      canary.canary?.phase === 'Succeeded' ? 'promoted' : 'ready';
    add('Canary', canary, state === 'upToDate' ? promoted : summary);
  }
  const behind =
    latest !== undefined &&
    running !== undefined &&
    !sameVersion(latest, running);
  const out = placeStops(stops, behind);
  // Before the first rollout there is no Deployment to show, but people look for it.
  if (!workload && applier) {
    out.push(
      compact<ChainStop>({
        label: 'Deployment',
        state: 'notReached',
        text: 'nothing runs',
      }),
    );
  }
  return out;
}
