import type { ClusterView } from '../api';
import { parseImage } from '../images';
import type { Projection } from '../projection/types';
import { revisionView } from '../revisions';

/** What Flux's controllers are made of; nobody who reads a screen should meet it. */
export const INSIDES =
  /\/tmp\/|no such file|typed patch|dial tcp|rpc error|context deadline|0x[0-9a-f]{4}|\d(?:ms|ns)\)|[A-Za-z]+\.go:\d/;

/** Revisions and images of an object: what they are, as Flux wrote them, and as people read them. */
export function versionsOf(
  p: Projection,
): [what: string, raw: string, label: string][] {
  const { source, applier, image, workload } = p;
  const revision = (what: string, raw?: string): [string, string, string][] =>
    raw ? [[what, raw, revisionView(raw).label]] : [];
  const { image: name, tag, label } = image?.latest ?? {};
  return [
    ...revision('fetched', source?.artifact?.revision),
    ...revision('applied', applier?.appliedRevision),
    ...revision('tried', applier?.attemptedRevision),
    ...(image?.latest
      ? ([['chosen', `${name}:${tag}`, label!]] as [string, string, string][])
      : []),
    ...revision('pushed', image?.pushedCommit),
    ...Object.entries(image?.observedPolicies ?? {}).map(
      ([policy, seen]): [string, string, string] => [
        `saw of ${policy}`,
        seen,
        parseImage(`${policy}:${seen}`).label,
      ],
    ),
    ...(workload?.images ?? []).map(
      ({ container, image: used }): [string, string, string] => [
        `runs as ${container}`,
        used,
        parseImage(used).label,
      ],
    ),
  ];
}

/** All sentences of a view, as a person can read them. */
export function wordsOf({
  status,
  cause,
  pending,
  chain,
  resources,
}: ClusterView): string[] {
  return [
    status.summary,
    status.message,
    cause?.title,
    cause?.detail,
    cause?.remedy,
    pending?.next,
    ...chain.map(stop => stop.text),
    ...resources.flatMap(r => [r.status.summary, r.status.message]),
  ].filter(words => words !== undefined);
}

/** What a screen says first of an entity in a cluster. */
export function headline({
  status,
  running,
  latest,
  pending,
  cause,
}: ClusterView): string[] {
  return [
    [status.state, status.summary].filter(Boolean).join(': '),
    running?.label ?? '–',
    latest?.label ?? '–',
    pending ? `${pending.blocked ? 'blocked: ' : ''}${pending.next}` : '–',
    cause?.title ?? '–',
  ];
}
