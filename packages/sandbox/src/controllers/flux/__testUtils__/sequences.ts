import type { KubernetesObject } from '../../client';
import { REPLAYED_KINDS } from './recordings';

/** What an object went through, without times and with hashes numbered as they appear. */
export interface Sequence {
  /** One entry a state, one line a condition. */
  conditions: string[][];
  /** What the rest of the status said, one entry a change. */
  revisions: string[][];
}

// What depends on who came first, on real Flux as well: whether the artifact, the tags or the
// dependency's new revision were there when somebody looked for them.
const RACES = /Source artifact not found|no tags in database/;
const WAITS = / (revision is not up to date|is not ready)$/;

/** Replaces what differs from run to run by numbers that tell the same from another. */
export class Normaliser {
  #numbers = new Map<string, string>();
  readonly #replace: (text: string) => string;

  constructor(replace: (text: string) => string = text => text) {
    this.#replace = replace;
  }

  text(text: string): string {
    return this.#replace(text)
      .replace(/\b[0-9a-f]{40}\b/g, hash => this.#number('sha', hash))
      .replace(/\bsha256:[0-9a-f]{64}\b/g, hash => this.#number('digest', hash))
      .replace(/\/hook\/[0-9a-f]{64}/g, path => this.#number('hook', path))
      .replace(/commit '[0-9a-f]{7}'/g, "commit '<short sha>'")
      .replace(/kustomization-\d+/g, 'kustomization-<n>')
      .replace(/(passed in|failed after|finished in) [0-9.]+\w+/g, '$1 <time>')
      .replace(/(since last scan, next scan in) .*/, '$1 <time>')
      .replace(WAITS, ' has to wait');
  }

  /** Begins anew with everything but commits, which are the same ones in several objects. */
  nextObject(): void {
    this.#numbers = new Map(
      [...this.#numbers].filter(([, name]) => name.startsWith('<sha-')),
    );
  }

  request(value: string): string {
    return this.#number('request', value);
  }

  #number(what: string, value: string): string {
    const known = this.#numbers.get(value);
    if (known) {
      return known;
    }
    const same = [...this.#numbers.values()].filter(name =>
      name.startsWith(`<${what}-`),
    );
    const name = `<${what}-${same.length + 1}>`;
    this.#numbers.set(value, name);
    return name;
  }
}

function conditionsOf(object: KubernetesObject, normaliser: Normaliser) {
  return ((object.status?.conditions as any[]) ?? []).map(
    ({ type, status, reason, message, observedGeneration }) =>
      `${type}=${status} ${reason}: ${normaliser.text(
        message,
      )} [${observedGeneration}]`,
  );
}

function historyOf(entries: any[] = []) {
  return entries.map(
    ({ digest, metadata, lastReconciledStatus, totalReconciliations }) => {
      // How often a failure was tried depends on the clock.
      const times =
        lastReconciledStatus === 'ReconciliationSucceeded'
          ? ` x${totalReconciliations}`
          : '';
      return `${digest} ${metadata.revision} ${lastReconciledStatus}${times}`;
    },
  );
}

function revisionsOf(
  { status = {} }: KubernetesObject,
  normaliser: Normaliser,
): string[] {
  const facts: Record<string, unknown> = {
    observedGeneration: status.observedGeneration,
    artifact: status.artifact?.revision,
    scan: status.lastScanResult && {
      revision: status.lastScanResult.revision,
      tagCount: status.lastScanResult.tagCount,
      latestTags: status.lastScanResult.latestTags,
    },
    canonicalImageName: status.canonicalImageName,
    latestRef: status.latestRef,
    observedPreviousRef: status.observedPreviousRef,
    lastPushCommit: status.lastPushCommit,
    observedSourceRevision: status.observedSourceRevision,
    observedPolicies: status.observedPolicies,
    lastAppliedRevision: status.lastAppliedRevision,
    lastAttemptedRevision: status.lastAttemptedRevision,
    history: status.history && historyOf(status.history),
    inventory: status.inventory?.entries,
    webhookPath: status.webhookPath,
    lastHandledReconcileAt:
      status.lastHandledReconcileAt &&
      normaliser.request(status.lastHandledReconcileAt),
  };
  return Object.entries(facts)
    .filter(([, value]) => value !== undefined)
    .map(
      ([name, value]) => `${name}: ${normaliser.text(JSON.stringify(value))}`,
    );
}

/** Without neighbours that are the same. */
function changesOf(states: string[][]): string[][] {
  return states.filter(
    (state, index) =>
      index === 0 ||
      JSON.stringify(state) !== JSON.stringify(states[index - 1]),
  );
}

const LONGEST_CYCLE = 4;

/** What is tried again and again once: how often it was tried depends on the clock. */
export function withoutRepeats(states: string[][]): string[][] {
  const result: string[][] = [];
  for (const state of states) {
    result.push(state);
    for (let length = 1; length <= LONGEST_CYCLE; length++) {
      const last = JSON.stringify(result.slice(-length));
      const before = JSON.stringify(result.slice(-2 * length, -length));
      if (last === before) {
        result.splice(-length);
      }
    }
  }
  return result;
}

export const idOf = ({ kind, metadata }: KubernetesObject) =>
  `${kind}/${metadata.name}`;

/** What one version of an object says. */
export function stateOf(object: KubernetesObject, normaliser: Normaliser) {
  return {
    revisions: revisionsOf(object, normaliser),
    conditions: conditionsOf(object, normaliser),
  };
}

/**
 * What each object went through. Conditions and the rest are two sequences, because Flux's patch
 * helper writes them with two requests and the sandbox with one.
 */
export function sequencesOf(
  objects: KubernetesObject[],
  normaliser: Normaliser,
): Record<string, Sequence> {
  const versions = new Map<string, KubernetesObject[]>();
  for (const object of objects) {
    const id = idOf(object);
    versions.set(id, [...(versions.get(id) ?? []), object]);
  }
  const rank = (id: string) => REPLAYED_KINDS.indexOf(id.split('/')[0]);
  return Object.fromEntries(
    [...versions]
      // Sources first, so that a hash has the same number wherever it came from.
      .sort(([a], [b]) => rank(a) - rank(b) || a.localeCompare(b))
      .map(([id, seen]) => {
        normaliser.nextObject();
        return [
          id,
          {
            revisions: changesOf(
              seen
                .map(object => revisionsOf(object, normaliser))
                .filter(state => state.length > 0),
            ),
            conditions: changesOf(
              seen
                .map(object => conditionsOf(object, normaliser))
                .filter(
                  state =>
                    state.length > 0 && !state.some(line => RACES.test(line)),
                ),
            ),
          },
        ];
      }),
  );
}

/** The Events of each object in the order of their first appearance: type, reason, message. */
export function eventsOf(
  events: KubernetesObject[],
  normaliser: Normaliser,
): Record<string, string[]> {
  const result: Record<string, string[]> = {};
  for (const { involvedObject, type, reason, message } of events) {
    const line = `${type} ${reason}: ${normaliser.text(message)}`;
    const id = `${involvedObject.kind}/${involvedObject.name}`;
    const lines = (result[id] ??= []);
    if (!lines.includes(line)) {
      lines.push(line);
    }
  }
  return result;
}
