import { LoggerService } from '@backstage/backend-plugin-api';
import { isError } from '@backstage/errors';
import { createDeferred } from '@backstage/types';
import {
  ClusterConnection,
  LiveProjectionIndex,
} from '@backstage-flux/plugin-flux-common';
import { ClusterDetails } from '@backstage-flux/plugin-flux-node';
import { ClusterApiError } from '../clusters/ClusterApiError';
import { ClusterClient } from '../clusters/ClusterClient';
import { ServedKind } from '../clusters/discovery';
import { ClusterObjects } from '../store/ClusterObjects';
import { mergeMissing } from '../store/mergeMissing';
import { ClusterState, Missing, StoreChange } from '../store/ResourceStore';
import { connectionReason } from './connectionReason';
import { Gate } from './Gate';
import { NamespaceWatches } from './NamespaceWatches';
import { ReflectorTiming, WatchEnd } from './Reflector';
import { Slots } from './Slots';
import { clusterPlan } from './watchPlan';
import { WatchSet } from './WatchSet';

export interface ClusterWatchTiming extends ReflectorTiming {
  /** How often the cluster is asked which kinds it serves, which also tells whether it answers. */
  checkIntervalMs: number;
}

export interface ClusterWatchOptions {
  client: ClusterClient;
  logger: LoggerService;
  timing: ClusterWatchTiming;
  /** How much all clusters together read for the first time at once. */
  slots: Slots;
  onChange: (change: StoreChange) => void;
  onWatchEnd: (why: WatchEnd) => void;
}

interface Failure {
  reason: string;
  since: string;
  nextTryAt: number;
}

// An API server gives every user a handful of seats; first reads need no more than half of them
const READS_AT_ONCE = 6;

/** Keeps what is known of one cluster current, and knows how well it can be heard. */
export class ClusterWatch implements ClusterState {
  cluster: ClusterDetails;
  version = 0;
  readonly #options: ClusterWatchOptions;
  readonly #objects: ClusterObjects;
  readonly #gate = new Gate();
  readonly #watches: WatchSet;
  readonly #namespaces: NamespaceWatches;
  readonly #begunAt = new Date().toISOString();
  readonly #settled = createDeferred();
  #connection: ClusterConnection;
  #served?: ServedKind[];
  #failure?: Failure;
  /** Since when all that can be read has been read. */
  #liveSince?: string;
  /** Since when it answers, and nothing of what is watched can be read. */
  #blindSince?: string;
  #heardAt = 0;
  #checking?: Promise<void>;
  #timer?: NodeJS.Timeout;
  readonly #stop = new AbortController();

  constructor(cluster: ClusterDetails, options: ClusterWatchOptions) {
    this.cluster = cluster;
    this.#options = options;
    this.#connection = { state: 'syncing', since: this.#begunAt };
    this.#objects = new ClusterObjects(cluster.name, (before, after) => {
      this.version += 1;
      options.onChange({
        type: 'object',
        cluster: cluster.name,
        before,
        after,
      });
    });
    const common = {
      client: options.client,
      objects: this.#objects,
      timing: options.timing,
      gate: this.#gate,
      slots: [new Slots(READS_AT_ONCE), options.slots],
      onHeard: () => {
        this.#heardAt = Date.now();
      },
      onWatchEnd: options.onWatchEnd,
      onChange: () => this.#update(),
      onFailure: () => void this.#check(),
    };
    this.#watches = new WatchSet(common, clusterPlan);
    this.#namespaces = new NamespaceWatches(
      { ...common, onChange: () => this.#tell() },
      this.index,
    );
    void this.#check();
  }

  get index(): LiveProjectionIndex {
    return this.#objects.index;
  }

  get connection(): ClusterConnection {
    return this.#connection;
  }

  /** How many watches are kept open. */
  get watches(): number {
    return this.#watches.size + this.#namespaces.size;
  }

  /** Epoch milliseconds of its last sign of life; 0 before the first. */
  get heardAt(): number {
    return this.#heardAt;
  }

  /** Resolves when the cluster has been read for the first time, or could not be. */
  get settled(): Promise<void> {
    return this.#settled;
  }

  /** Returns what could not be read in the namespaces. */
  async watchNamespaces(names: string[]): Promise<Missing> {
    return this.#served
      ? this.#namespaces.keep(names, this.#served, {
          wait: this.#connection.state === 'live',
        })
      : [];
  }

  observe(object: object) {
    this.#objects.observe(object);
  }

  async stop() {
    this.#stop.abort(new Error('The cluster is not watched any more'));
    clearTimeout(this.#timer);
    this.#settled.resolve();
    await Promise.all([
      this.#watches.stop({ forget: false }),
      this.#namespaces.stop(),
    ]);
  }

  /** One at a time, and not before an API server that asked to be left alone may be asked again. */
  async #check(): Promise<void> {
    if (this.#stop.signal.aborted) {
      return;
    }
    // A timer may well be a little early
    const rest = (this.#failure?.nextTryAt ?? 0) - Date.now();
    if (rest > 0) {
      this.#checkIn(rest);
      return;
    }
    this.#checking ??= this.#discover().finally(() => {
      this.#checking = undefined;
      const { checkIntervalMs } = this.#options.timing;
      this.#checkIn(
        this.#failure
          ? this.#failure.nextTryAt - Date.now()
          : checkIntervalMs * (0.9 + Math.random() / 5),
      );
    });
    await this.#checking;
  }

  #checkIn(ms: number) {
    if (!this.#stop.signal.aborted) {
      clearTimeout(this.#timer);
      this.#timer = setTimeout(() => void this.#check(), Math.ceil(ms));
    }
  }

  async #discover() {
    try {
      const served = await this.#options.client.discover(this.#stop.signal);
      if (this.#stop.signal.aborted) {
        return;
      }
      this.#heardAt = Date.now();
      if (this.#failure) {
        this.#options.logger.info('Cluster can be reached again');
      }
      this.#failure = undefined;
      this.#gate.open();
      if (served !== this.#served) {
        this.#served = served;
        this.#watches.update(clusterPlan, served);
        this.#namespaces.update(served);
      }
    } catch (error) {
      if (this.#stop.signal.aborted) {
        return;
      }
      this.#failed(error);
    }
    this.#update();
  }

  #failed(error: unknown) {
    const { timeoutMs, retryAfterMs } = this.#options.timing;
    const reason = connectionReason(error, timeoutMs);
    if (this.#failure?.reason !== reason) {
      this.#options.logger.warn(
        `Cluster can’t be reached: ${reason}`,
        isError(error) ? error : undefined,
      );
    }
    const asked =
      error instanceof ClusterApiError ? error.retryAfterMs : undefined;
    this.#gate.close();
    this.#liveSince = undefined;
    // Not every proxy tells that the connection behind it has broken
    if (
      !this.#failure &&
      !(error instanceof ClusterApiError && error.status < 500)
    ) {
      this.#watches.reconnect();
      this.#namespaces.reconnect();
    }
    this.#failure = {
      reason,
      since: this.#failure?.since ?? new Date().toISOString(),
      nextTryAt:
        Date.now() + (asked ?? retryAfterMs * (0.75 + Math.random() / 2)),
    };
  }

  #update() {
    const before = this.#connection;
    this.#connection = this.#describe();
    if (this.#connection.state !== 'syncing') {
      this.#settled.resolve();
    }
    if (JSON.stringify(before) !== JSON.stringify(this.#connection)) {
      this.#tell();
    }
  }

  #tell() {
    this.version += 1;
    this.#options.onChange({ type: 'cluster', cluster: this.cluster.name });
  }

  #describe(): ClusterConnection {
    if (this.#failure) {
      const { reason, since, nextTryAt } = this.#failure;
      return {
        // What is shown of a stale cluster is as old as its last sign of life
        ...(this.index.size
          ? { state: 'stale', since: new Date(this.#heardAt).toISOString() }
          : { state: 'down', since }),
        reason,
        nextTryAt: new Date(nextTryAt).toISOString(),
      };
    }
    if (!this.#served || (!this.#liveSince && !this.#watches.settled)) {
      return { state: 'syncing', since: this.#begunAt };
    }
    const blind = this.#watches.failure;
    if (blind) {
      this.#liveSince = undefined;
      this.#blindSince ??= new Date().toISOString();
      return {
        state: this.index.size ? 'stale' : 'down',
        since: this.#blindSince,
        reason: connectionReason(blind.error, this.#options.timing.timeoutMs),
      };
    }
    this.#blindSince = undefined;
    this.#liveSince ??= new Date().toISOString();
    const missing = mergeMissing(this.#watches.missing());
    return {
      state: 'live',
      since: this.#liveSince,
      ...(missing.length ? { missing } : {}),
    };
  }
}
