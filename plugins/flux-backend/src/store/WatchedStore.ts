import { setTimeout as delay } from 'node:timers/promises';
import { LoggerService } from '@backstage/backend-plugin-api';
import { ServiceUnavailableError, toError } from '@backstage/errors';
import { ClusterDetails } from '@backstage-flux/plugin-flux-node';
import { ClusterClients } from '../clusters/ClusterClients';
import { ClusterWatch, ClusterWatchTiming } from '../watch/ClusterWatch';
import { WatchEnd } from '../watch/Reflector';
import { Slots } from '../watch/Slots';
import { Missing, ResourceStore, StoreChange } from './ResourceStore';

export interface WatchedStoreOptions {
  clients: ClusterClients;
  logger: LoggerService;
  timing: ClusterWatchTiming & {
    /** How often the clusters are listed. */
    refreshMs: number;
  };
  onWatchEnd: (why: WatchEnd) => void;
}

// However many clusters there are, so much is read for the first time at once
const READS_AT_ONCE = 64;
/** How long those who ask wait for clusters that have just begun to be read. */
const PATIENCE_MS = 3_000;
const FIRST_RETRY_MS = 250;

/** Watches all clusters that the Kubernetes plugin has, for as long as it has them. */
export class WatchedStore implements ResourceStore {
  readonly #options: WatchedStoreOptions;
  readonly #slots = new Slots(READS_AT_ONCE);
  readonly #listeners = new Set<(change: StoreChange) => void>();
  readonly #stop = new AbortController();
  #watches = new Map<string, ClusterWatch>();
  #patientUntil = 0;
  #listed = false;
  #listing?: Promise<void>;
  #running?: Promise<void>;

  static create(options: WatchedStoreOptions): WatchedStore {
    return new WatchedStore(options);
  }

  private constructor(options: WatchedStoreOptions) {
    this.#options = options;
  }

  /** Begins to watch. Ends only by {@link WatchedStore.stop}. */
  start() {
    this.#running ??= this.#run();
  }

  async stop() {
    this.#stop.abort();
    await this.#running;
    await Promise.all([...this.#watches.values()].map(watch => watch.stop()));
  }

  /** All clusters as they are now, without waiting for any. */
  get watches(): readonly ClusterWatch[] {
    return [...this.#watches.values()];
  }

  async clusters(): Promise<readonly ClusterWatch[]> {
    if (!this.#listed) {
      await this.#list();
    }
    const rest = this.#patientUntil - performance.now();
    if (rest > 0) {
      const patience = new AbortController();
      await Promise.race([
        Promise.all(this.watches.map(watch => watch.settled)),
        delay(rest, undefined, { signal: patience.signal }).catch(() => {}),
      ]);
      patience.abort();
    }
    return this.watches;
  }

  async watchNamespaces(cluster: string, names: string[]): Promise<Missing> {
    return this.#watches.get(cluster)?.watchNamespaces(names) ?? [];
  }

  observe(cluster: string, object: object) {
    this.#watches.get(cluster)?.observe(object);
  }

  subscribe(listener: (change: StoreChange) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  async #run() {
    const { logger, timing } = this.#options;
    let failures = 0;
    while (!this.#stop.signal.aborted) {
      let pause = timing.refreshMs;
      try {
        await this.#list();
        failures = 0;
      } catch (error) {
        // While the backend starts, the Kubernetes plugin isn't there yet
        failures += 1;
        pause = Math.min(pause, FIRST_RETRY_MS * 2 ** failures);
        if (failures > 3) {
          logger.warn('The clusters can’t be listed', toError(error));
        }
      }
      await delay(pause, undefined, { signal: this.#stop.signal }).catch(
        () => {},
      );
    }
  }

  #list(): Promise<void> {
    this.#listing ??= this.#options.clients
      .list()
      .then(
        clusters => this.#update(clusters),
        error => {
          throw new ServiceUnavailableError(
            'The clusters can’t be listed; check that the Kubernetes plugin is installed, configured and running',
            error,
          );
        },
      )
      .finally(() => {
        this.#listing = undefined;
      });
    return this.#listing;
  }

  #update(clusters: ClusterDetails[]) {
    if (this.#stop.signal.aborted) {
      return;
    }
    const before = this.#watches;
    // In the order in which they are listed
    this.#watches = new Map(
      clusters.map(cluster => [
        cluster.name,
        before.get(cluster.name) ?? this.#watch(cluster),
      ]),
    );
    for (const cluster of clusters) {
      const watch = this.#watches.get(cluster.name)!;
      const known = before.has(cluster.name);
      if (!known || watch.cluster.title !== cluster.title) {
        watch.cluster = cluster;
        this.#tell({ type: 'cluster', cluster: cluster.name });
      }
    }
    for (const [name, watch] of before) {
      if (!this.#watches.has(name)) {
        void watch.stop();
        this.#tell({ type: 'cluster', cluster: name });
      }
    }
    this.#listed = true;
  }

  #watch(cluster: ClusterDetails): ClusterWatch {
    const { clients, logger, timing, onWatchEnd } = this.#options;
    this.#patientUntil = performance.now() + PATIENCE_MS;
    return new ClusterWatch(cluster, {
      client: clients.of(cluster.name),
      logger: logger.child({ cluster: cluster.name }),
      timing,
      slots: this.#slots,
      onWatchEnd,
      onChange: change => this.#tell(change),
    });
  }

  #tell(change: StoreChange) {
    for (const listener of this.#listeners) {
      listener(change);
    }
  }
}
