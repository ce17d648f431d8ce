import { setTimeout as delay } from 'node:timers/promises';
import { ProjectionIndex } from '@backstage-flux/plugin-flux-common';
import { ServedKind } from '../clusters/discovery';
import { mergeMissing } from '../store/mergeMissing';
import { Missing } from '../store/ResourceStore';
import { canaryNamespacePlan, namespacePlan, PlannedWatch } from './watchPlan';
import { WatchSet, WatchSetOptions } from './WatchSet';

interface Kept {
  watches: WatchSet;
  usedAt: number;
  /** When whoever asks stops waiting for the first read. */
  patientUntil: number;
  /** What could not be read, as text, when that was last looked at. */
  missing: string;
}

const KEEP_MS = 5 * 60_000;
const PATIENCE_MS = 1_000;
const STEP_MS = 10;
const MAX_NAMESPACES = 200;

const withCanaries = [...namespacePlan, ...canaryNamespacePlan];

/**
 * Watches of single namespaces, for as long as somebody looks there and some minutes more. All who look
 * share them.
 */
export class NamespaceWatches {
  readonly #options: WatchSetOptions;
  readonly #index: ProjectionIndex;
  readonly #kept = new Map<string, Kept>();
  readonly #stopping = new Set<Promise<void>>();
  readonly #timer: NodeJS.Timeout;

  constructor(options: WatchSetOptions, index: ProjectionIndex) {
    this.#options = options;
    this.#index = index;
    this.#timer = setInterval(() => this.#drop(), KEEP_MS / 5);
    this.#timer.unref();
  }

  get size(): number {
    return [...this.#kept.values()].reduce(
      (sum, { watches }) => sum + watches.size,
      0,
    );
  }

  /** Returns what could not be read there. Waits, for a moment, only where it begins to watch. */
  async keep(
    names: string[],
    served: readonly ServedKind[],
    options: { wait: boolean },
  ): Promise<Missing> {
    const kept = names
      .slice(0, MAX_NAMESPACES)
      .map(name => this.#keep(name, served));
    while (
      options.wait &&
      kept.some(
        ({ watches, patientUntil }) =>
          !watches.settled && patientUntil > performance.now(),
      )
    ) {
      await delay(STEP_MS);
    }
    return mergeMissing(...kept.map(missingOf));
  }

  update(served: readonly ServedKind[]) {
    for (const [name, { watches }] of this.#kept) {
      watches.update(this.#plan(name), served);
    }
  }

  /** Watches on over other connections. */
  reconnect() {
    this.#kept.forEach(({ watches }) => watches.reconnect());
  }

  async stop() {
    clearInterval(this.#timer);
    for (const name of this.#kept.keys()) {
      this.#stop(name);
    }
    await Promise.all(this.#stopping);
  }

  #keep(name: string, served: readonly ServedKind[]): Kept {
    const now = performance.now();
    let kept = this.#kept.get(name);
    if (!kept) {
      kept = {
        watches: new WatchSet(
          { ...this.#options, onChange: () => this.#onChange(name) },
          [],
          name,
        ),
        usedAt: now,
        patientUntil: now + PATIENCE_MS,
        missing: '[]',
      };
    }
    // The last used is the last in the order, the first is dropped first
    this.#kept.delete(name);
    this.#kept.set(name, kept);
    kept.usedAt = now;
    kept.watches.update(this.#plan(name), served);
    if (this.#kept.size > MAX_NAMESPACES) {
      this.#stop(this.#kept.keys().next().value!);
    }
    return kept;
  }

  /** Only what could not be read matters to others; objects tell of themselves. */
  #onChange(name: string) {
    const kept = this.#kept.get(name);
    const missing = kept ? JSON.stringify(missingOf(kept)) : '[]';
    if (kept && kept.missing !== missing) {
      kept.missing = missing;
      this.#options.onChange();
    }
  }

  #plan(name: string): readonly PlannedWatch[] {
    const canaries = this.#index.ofKind('Canary', new Set([name]));
    return canaries.length ? withCanaries : namespacePlan;
  }

  #drop() {
    for (const [name, { usedAt }] of this.#kept) {
      if (performance.now() - usedAt > KEEP_MS) {
        this.#stop(name);
      }
    }
  }

  #stop(name: string) {
    const stopping = this.#kept
      .get(name)!
      .watches.stop({ forget: true })
      .finally(() => this.#stopping.delete(stopping));
    this.#kept.delete(name);
    this.#stopping.add(stopping);
  }
}

function missingOf({ watches }: Kept): Missing {
  return watches.missing().filter(({ reason }) => reason !== 'notInstalled');
}
