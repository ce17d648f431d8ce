import type { LoggerService } from '@backstage/backend-plugin-api';
import type { KubernetesObject, ObjectKey } from '../controllers/client';
import type { TokenConfig } from './Authenticator';
import type { Fault, FaultPath } from './Faults';
import type { StoreSnapshot } from './ObjectStore';

/** A request as it arrives. */
export interface ReceivedRequest {
  method: string;
  /** Path and query. */
  url: string;
  userAgent?: string;
}

export interface KubernetesApiOptions {
  /** The cluster's name, which names its snapshot. */
  name: string;
  /** 0 takes a free port. */
  port: number;
  /** Where the cluster survives a restart; without it, it lives in memory only. */
  directory?: string;
  tokens: TokenConfig[];
  logger: LoggerService;
  /** How many changes a watch can go back. */
  historyLimit?: number;
  bookmarkIntervalMs?: number;
  /** Answers no more objects at once, whatever is asked for. */
  maxPage?: number;
  /** As older API servers: no streamed lists, and discovery a group at a time. Both are on by default. */
  featureGates?: { WatchList?: boolean; AggregatedDiscoveryEndpoint?: boolean };
  /** Sees every request, faults included. */
  onRequest?: (request: ReceivedRequest) => void;
}

/** A running API server of the sandbox, with what may be done to it from outside. */
export interface KubernetesApi {
  url: string;

  /**
   * Sets what goes wrong below a path, e.g. `/apis/apps/v1`, or where one matches; undefined makes it well
   * again.
   */
  setFault(where: FaultPath, fault: Fault | undefined): void;
  clearFaults(): void;
  /** Sets a fault and clears it in turns, connections breaking each time, until the returned function is called. */
  flap(where: FaultPath, fault: Fault, intervalMs: number): () => void;
  /**
   * Whether a kind is served. When it no longer is, its watches end and discovery leaves it out; its objects
   * stay and are there again with it.
   *
   * @throws Error when no such kind is known.
   */
  setServed(group: string, kind: string, served: boolean): void;
  /** Which tokens are known from now on. Running watches go on, as anywhere. */
  setTokens(tokens: TokenConfig[]): void;
  /** Breaks all connections. */
  disconnect(): void;
  /** Forgets the history: running watches go on, new ones from before get 410. */
  compact(): void;

  /** Puts whole objects into the store as they are, status included, unchecked and without a manager. */
  load(objects: readonly KubernetesObject[]): void;
  /** Takes an object away at once, whatever its finalizers. */
  remove(key: ObjectKey): void;
  /** All objects of the kinds that are served. */
  objects(): KubernetesObject[];
  snapshot(): StoreSnapshot;
  /** Goes back to a snapshot, its revision included, as an etcd that was restored; connections break. */
  restore(snapshot: StoreSnapshot): void;

  /** Path and query of each watch that is open. */
  readonly watches: string[];
  /** How many connections are open. */
  readonly connections: number;
  close(): Promise<void>;
}
