import { ClusterClient } from '../clusters/ClusterClient';
import { ServedKind } from '../clusters/discovery';
import { ClusterObjects } from '../store/ClusterObjects';
import { ObjectPart } from '../store/ObjectPart';
import { Missing } from '../store/ResourceStore';
import { connectionReason } from './connectionReason';
import { Gate } from './Gate';
import { Reflector, ReflectorOptions, ReflectorTiming } from './Reflector';
import { Slots } from './Slots';
import { PlannedWatch } from './watchPlan';

export interface WatchSetOptions {
  client: ClusterClient;
  objects: ClusterObjects;
  timing: ReflectorTiming;
  gate: Gate;
  slots: Slots[];
  onHeard: ReflectorOptions['onHeard'];
  onWatchEnd: ReflectorOptions['onWatchEnd'];
  /** Called when a watch got into another state. */
  onChange: () => void;
  /** Called when a watch failed, in whatever way. */
  onFailure: () => void;
}

interface Watched {
  served: ServedKind;
  part: ObjectPart;
  reflector: Reflector;
}

/** The watches of one plan on one cluster, for as many of its kinds as the cluster serves. */
export class WatchSet {
  readonly #options: WatchSetOptions;
  readonly #namespace?: string;
  readonly #watched = new Map<PlannedWatch, Watched>();
  readonly #running = new Set<Promise<void>>();
  #plan: readonly PlannedWatch[];
  #stopped = false;

  constructor(
    options: WatchSetOptions,
    plan: readonly PlannedWatch[],
    namespace?: string,
  ) {
    this.#options = options;
    this.#plan = plan;
    this.#namespace = namespace;
  }

  /** How many watches there are. */
  get size(): number {
    return this.#watched.size;
  }

  /** Whether nothing more is to be waited for: each kind has been read, or can't be. */
  get settled(): boolean {
    return [...this.#watched.values()].every(
      ({ reflector }) => reflector.state.type !== 'syncing',
    );
  }

  /** Begins watches of kinds that have come, and ends those of kinds that have gone. */
  update(plan: readonly PlannedWatch[], served: readonly ServedKind[]) {
    if (this.#stopped) {
      return;
    }
    this.#plan = plan;
    for (const [planned, { part, reflector }] of this.#watched) {
      if (!plan.includes(planned)) {
        reflector.stop();
        part.close();
        this.#watched.delete(planned);
      }
    }
    for (const planned of plan) {
      this.#updateOne(
        planned,
        served.find(
          ({ group, kind }) =>
            group === planned.kind.group && kind === planned.kind.kind,
        ),
      );
    }
  }

  /** Why nothing can be read; undefined where at least one kind can. */
  get failure(): { error?: unknown } | undefined {
    const states = [...this.#watched.values()]
      .map(({ reflector }) => reflector.state)
      .filter(({ type }) => type !== 'blocked');
    const [first] = states;
    return first?.type === 'failing' &&
      states.every(({ type }) => type === 'failing')
      ? first
      : undefined;
  }

  /** Watches on over other connections. */
  reconnect() {
    this.#watched.forEach(({ reflector }) => reflector.reconnect());
  }

  missing(): Missing {
    const { timeoutMs } = this.#options.timing;
    return this.#plan.flatMap<Missing[number]>(planned => {
      const { kind } = planned.kind;
      const state = this.#watched.get(planned)?.reflector.state;
      switch (state?.type) {
        case undefined:
          return { kind, reason: 'notInstalled' };
        case 'blocked':
          return state.reason === 'notInstalled'
            ? { kind, reason: state.reason }
            : { kind, reason: state.reason, message: state.message };
        case 'failing':
          return {
            kind,
            reason: 'unreadable',
            message: connectionReason(state.error, timeoutMs),
          };
        default:
          return [];
      }
    });
  }

  /** Resolves when nothing of it runs any more. With `forget`, its objects go with it. */
  async stop(options: { forget: boolean }) {
    this.#stopped = true;
    for (const { reflector, part } of this.#watched.values()) {
      reflector.stop();
      if (options.forget) {
        part.close();
      }
    }
    await Promise.all(this.#running);
  }

  #updateOne(planned: PlannedWatch, served: ServedKind | undefined) {
    const watched = this.#watched.get(planned);
    if (watched?.served.version === served?.version) {
      return;
    }
    watched?.reflector.stop();
    if (!served) {
      watched?.part.close();
      this.#watched.delete(planned);
      return;
    }
    const { onChange, onFailure, objects, ...options } = this.#options;
    const { group, version, kind } = served;
    const apiVersion = group ? `${group}/${version}` : version;
    // What the old version told stays until the new one has told all
    const part = watched?.part ?? objects.addPart({ apiVersion, kind });
    const reflector = new Reflector({
      ...options,
      served,
      labelSelector: planned.labelSelector,
      namespace: this.#namespace,
      target: part,
      onState: state => {
        onChange();
        if (state.type === 'failing') {
          onFailure();
        }
      },
    });
    this.#watched.set(planned, { served, part, reflector });
    const running = reflector
      .run()
      .finally(() => this.#running.delete(running));
    this.#running.add(running);
  }
}
