import type { Cause } from './api';
import { causeTitle, causeRemedy } from './causeWords';
import { upstreamRefs, type Closure } from './closure';
import type { CommitUrlOptions } from './commitUrl';
import { parseInventoryId } from './inventory';
import { attemptedRevision, linkedRevision } from './origin';
import type { Projection } from './projection/types';
import type { ProjectionIndex } from './projectionIndex';
import { compact } from './raw';
import { describeRef, objectKey } from './refs';
import { compareStates } from './stateOrder';
import { createStatusReader } from './status/status';
import type { ExplainedStatus } from './status/types';

interface Found {
  at: Projection;
  status: ExplainedStatus;
  /** From the entity's object to the cause. */
  path: Projection[];
}

type Read = (p: Projection) => ExplainedStatus;

const broken = (s: ExplainedStatus) =>
  s.state === 'failing' || s.state === 'stalled';

/** What an object's health checks look at. */
function checked(index: ProjectionIndex, p: Projection): Projection[] {
  const refs = [
    ...(p.applier?.healthChecks ?? []),
    ...(p.applier?.inventory ?? []).flatMap(id => parseInventoryId(id) ?? []),
  ];
  return refs.flatMap(ref => index.find(ref) ?? []);
}

class Tracer {
  readonly #index: ProjectionIndex;
  readonly #read: Read;
  readonly #seen = new Set<string>();

  constructor(index: ProjectionIndex, read: Read) {
    this.#index = index;
    this.#read = read;
  }

  /** The deepest object that explains why `p` is not well; `p` itself where nothing below does. */
  trace(p: Projection, path: Projection[] = []): Found | undefined {
    if (this.#seen.has(p.id)) return undefined;
    this.#seen.add(p.id);
    const status = this.#read(p);
    const here = [...path, p];
    const own = { at: p, status, path: here };
    if (broken(status)) {
      return this.#deeper(this.#suspects(p, status), here) ?? own;
    }
    if (status.state === 'waiting') {
      const next = [...this.#upstream(p), ...checked(this.#index, p)];
      return this.#deeper(next, here) ?? this.#deeper(next, here, true) ?? own;
    }
    return undefined;
  }

  #upstream(p: Projection): Projection[] {
    return upstreamRefs(p).flatMap(ref => this.#index.find(ref) ?? []);
  }

  /** Where the real failure may be: above for what could not start, below for what is not healthy. */
  #suspects(p: Projection, { reason = '' }: ExplainedStatus): Projection[] {
    if (/NotReady|ArtifactFailed|SourceNotReady|GetSource/.test(reason)) {
      return this.#upstream(p);
    }
    if (
      p.applier &&
      /HealthCheck|UpgradeFailed|InstallFailed|RetriesExceeded/.test(reason)
    ) {
      return [...checked(this.#index, p), ...this.#index.appliedBy(p)];
    }
    return [];
  }

  #deeper(
    candidates: Projection[],
    path: Projection[],
    waits = false,
  ): Found | undefined {
    for (const next of candidates) {
      const status = this.#read(next);
      if (broken(status) || status.state === 'waiting') {
        const seen = new Set(this.#seen);
        const found = this.trace(next, path);
        if (found && (waits || broken(found.status))) return found;
        // A wait must not hide the failure that another way leads to.
        this.#seen.clear();
        seen.forEach(id => this.#seen.add(id));
      } else if (waits && status.state === 'suspended') {
        return { at: next, status, path: [...path, next] };
      }
    }
    return undefined;
  }
}

/** Roots first; pods and ReplicaSets only where nothing above them shows the same failure. */
function starts(closure: Closure, read: Read): Projection[] {
  const depth = (p: Projection) => {
    if (closure.roots.includes(p)) return 0;
    return p.owners.length > 0 ? 2 : 1;
  };
  return [...closure.members].sort(
    (a, b) =>
      compareStates(read(a).state, read(b).state) || depth(a) - depth(b),
  );
}

/** An ancestor that fails is the cause only where it kept an object away or the entity does not move. */
function failingAncestor(closure: Closure, read: Read): Found | undefined {
  const at = closure.ancestors.find(p => broken(read(p)));
  return at && { at, status: read(at), path: [at] };
}

function search(
  index: ProjectionIndex,
  closure: Closure,
  read: Read,
): Found | undefined {
  for (const p of starts(closure, read)) {
    const { state, rawMessage = '' } = read(p);
    if (state === 'failing' || state === 'stalled') {
      const found = new Tracer(index, read).trace(p);
      const parent = /not found$/.test(rawMessage)
        ? failingAncestor(closure, read)
        : undefined;
      if (parent) return { ...parent, path: [p, ...parent.path] };
      if (found) return found;
    }
  }
  const suspended = starts(closure, read).find(
    p => read(p).state === 'suspended',
  );
  if (suspended) {
    return { at: suspended, status: read(suspended), path: [suspended] };
  }
  // While something moves, waiting for it needs no explanation.
  const moves = closure.members.some(
    p => p.owners.length === 0 && read(p).state === 'progressing',
  );
  for (const p of starts(closure, read)) {
    if (!moves && read(p).state === 'waiting') {
      const found = new Tracer(index, read).trace(p);
      if (found && !(found.at.canary && found.at === p)) return found;
    }
  }
  const lost = closure.members.some(p => read(p).state === 'unknown');
  return lost ? failingAncestor(closure, read) : undefined;
}

/** Ids of what the cause holds up, nearest first. */
function affected(
  index: ProjectionIndex,
  closure: Closure,
  cause: Projection,
  read: Read,
): string[] {
  const out: string[] = [];
  const seen = new Set([cause.id]);
  let layer = [cause];
  while (layer.length > 0) {
    const keys = new Set(layer.map(p => objectKey(p.ref)));
    const appliers = new Set(
      layer.flatMap(p => (p.appliedBy ? [objectKey(p.appliedBy)] : [])),
    );
    layer = closure.members.filter(
      p =>
        !seen.has(p.id) &&
        (upstreamRefs(p).some(ref => keys.has(objectKey(ref))) ||
          (p.appliedBy && keys.has(objectKey(p.appliedBy))) ||
          ((appliers.has(objectKey(p.ref)) ||
            checked(index, p).some(c => keys.has(objectKey(c.ref)))) &&
            read(p).state !== 'upToDate')),
    );
    for (const p of layer) {
      seen.add(p.id);
      if (p.owners.length === 0) out.push(p.id);
    }
  }
  return out.slice(0, 100);
}

/** The shortest way by sources and dependencies from one of the entity's own objects to the cause. */
function wayFromRoots(
  index: ProjectionIndex,
  closure: Closure,
  cause: Projection,
): Projection[] {
  const ways = closure.roots.map(root => [root]);
  const seen = new Set(closure.roots);
  for (const way of ways) {
    const last = way[way.length - 1];
    if (last === cause) return way;
    for (const ref of upstreamRefs(last)) {
      const next = index.find(ref);
      if (next && !seen.has(next)) {
        seen.add(next);
        ways.push([...way, next]);
      }
    }
  }
  return [];
}

function pathWords(path: Projection[]): string | undefined {
  if (path.length < 2) return undefined;
  const [first, ...rest] = path.map(p => describeRef(p.ref));
  return `${first} needs ${rest.join(', which needs ')}.`;
}

/**
 * Why an entity is not well in a cluster: the deepest real failure behind what fails, else what is
 * suspended, else what it waits for. Undefined where nothing stands in its way.
 *
 * @public
 */
export function findCause(
  index: ProjectionIndex,
  closure: Closure,
  options: CommitUrlOptions = {},
): Cause | undefined {
  const read = createStatusReader({ index });
  const found = search(index, closure, read);
  if (!found) return undefined;
  const { at, status, path } = found;
  return compact<Cause>({
    ref: at.ref,
    state: status.state as Cause['state'],
    title: causeTitle(at, status),
    detail: pathWords(
      path.length > 1 ? path : wayFromRoots(index, closure, at),
    ),
    since: status.since,
    revision: linkedRevision(
      index,
      at,
      broken(status) ? attemptedRevision(index, at) : undefined,
      options,
    ),
    remedy: causeRemedy(status),
    affects: affected(index, closure, at, read),
  });
}
