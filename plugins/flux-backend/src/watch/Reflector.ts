import { setTimeout as delay } from 'node:timers/promises';
import { ClusterApiError } from '../clusters/ClusterApiError';
import { apiPath, ClusterClient } from '../clusters/ClusterClient';
import { ServedKind } from '../clusters/discovery';
import { Gate } from './Gate';
import { listPages } from './listPages';
import { retryDelay } from './retryDelay';
import { Slots } from './Slots';
import { RawObject, WatchEvent, watchEvents } from './watchEvents';

/** Where a reflector puts what it reads. It knows nothing of what becomes of it. */
export interface ReflectorTarget {
  /** Begins a new whole; what is known stays until it is committed. */
  replace(): {
    put(object: RawObject): void;
    remove(object: RawObject): void;
    commit(): void;
  };
  put(object: RawObject): void;
  remove(object: RawObject): void;
}

/** How a reflector is getting on. */
export type ReflectorState =
  | { type: 'syncing' }
  | { type: 'live' }
  /** A state, not an error: the kind isn't there, or isn't Backstage's to see. */
  | {
      type: 'blocked';
      reason: 'forbidden' | 'notInstalled';
      message: string;
    }
  /** `error` is undefined while the first answer takes longer than clusters should. */
  | { type: 'failing'; error?: unknown };

/** Why a watch came to its end. */
export type WatchEnd = 'ended' | 'gone' | 'silent' | 'error';

export interface ReflectorTiming {
  /** How long a cluster may take to answer before that is told. Milliseconds, as all others. */
  timeoutMs: number;
  /** The longest pause between two tries. */
  retryAfterMs: number;
  /** A watch that says nothing for so long, bookmarks included, is cut. */
  silenceMs: number;
}

export interface ReflectorOptions {
  client: ClusterClient;
  served: ServedKind;
  labelSelector?: string;
  namespace?: string;
  target: ReflectorTarget;
  timing: ReflectorTiming;
  /** Closed while the cluster as a whole doesn't answer. */
  gate: Gate;
  /** Bounds how much is read for the first time at once. */
  slots: Slots[];
  onState: (state: ReflectorState) => void;
  /** Called with every sign of life. */
  onHeard: () => void;
  onWatchEnd: (why: WatchEnd) => void;
}

// As Kubernetes' own clients ask for, spread so that watches that began together don't end together. API servers
// would allow up to an hour, but the Kubernetes plugin's proxy leaves the upstream of a watch that was broken off
// open until then
const WATCH_SECONDS = 300;
const WATCH_SPREAD_SECONDS = 300;
/** What is blocked is looked at again after so many times the longest pause. */
const BLOCKED_FACTOR = 4;
const SHORT_MS = 1_000;

class SilentError extends Error {
  override name = 'SilentError';
}

/**
 * Keeps a copy of the objects of one kind: lists them, watches on from there, and begins again wherever that
 * is lost. The rules are those of Kubernetes' own clients: a watch goes on from the last resourceVersion that
 * it saw, bookmarks included, and 410 means to list anew.
 * https://kubernetes.io/docs/reference/using-api/api-concepts/#efficient-detection-of-changes
 */
export class Reflector {
  readonly #options: ReflectorOptions;
  readonly #stop = new AbortController();
  #again = new AbortController();
  #connection = new AbortController();
  #resourceVersion?: string;
  #state: ReflectorState = { type: 'syncing' };
  #failures = 0;
  #watched = false;

  constructor(options: ReflectorOptions) {
    this.#options = options;
  }

  get state(): ReflectorState {
    return this.#state;
  }

  /** Resolves when the reflector has been stopped. */
  async run(): Promise<void> {
    const { signal } = this.#stop;
    while (!signal.aborted) {
      let began = performance.now();
      this.#watched = false;
      try {
        await this.#options.gate.pass(signal);
        began = performance.now();
        await this.#pass(signal);
        this.#watched = true;
        this.#count(began);
        // An API server that ends every watch at once would be asked without end
        if (this.#failures > 1) {
          await this.#pause(undefined);
        }
      } catch (error) {
        if (!signal.aborted) {
          this.#count(began);
          await this.#failed(error);
        }
      }
    }
  }

  /** Whoever watched for a while begins to count again; a list alone is no watch. */
  #count(began: number) {
    const lasted = performance.now() - began;
    this.#failures =
      this.#watched && lasted > SHORT_MS ? 1 : this.#failures + 1;
  }

  /** What has been read stays in the target. */
  stop() {
    this.#stop.abort(new Error('The reflector was stopped'));
  }

  /** Ends a pause: what blocked it may have changed. */
  tryNow() {
    this.#again.abort();
  }

  /** Watches on over another connection: this one may have broken without anybody having told. */
  reconnect() {
    this.#connection.abort(new Error('The connection was given up'));
  }

  async #pass(signal: AbortSignal) {
    if (this.#resourceVersion !== undefined) {
      await this.#watch(signal);
      return;
    }
    const { client, slots, timing } = this.#options;
    const releases: (() => void)[] = [];
    // One after the other: who waits for the cluster's own holds none of all clusters'
    for (const slot of slots) {
      releases.push(await slot.take());
    }
    const release = () => releases.forEach(each => each());
    // Whoever is slow is told of, and holds up nobody else
    const slow = setTimeout(() => {
      release();
      if (this.#state.type === 'syncing') {
        this.#setState({ type: 'failing' });
      }
    }, timing.timeoutMs);
    const synced = () => {
      clearTimeout(slow);
      release();
    };
    try {
      signal.throwIfAborted();
      if (client.streamsLists) {
        await this.#watch(signal, synced);
      }
      if (!client.streamsLists && this.#resourceVersion === undefined) {
        await this.#list(signal);
        synced();
        await this.#watch(signal);
      }
    } finally {
      synced();
    }
  }

  async #list(signal: AbortSignal) {
    const { client, target, onHeard } = this.#options;
    const whole = target.replace();
    const resourceVersion = await listPages(
      client,
      this.#path(),
      this.#query(),
      { signal, silenceMs: this.#options.timing.silenceMs },
      page => {
        onHeard();
        page.forEach(object => whole.put(object));
      },
    );
    whole.commit();
    this.#live(resourceVersion);
  }

  /** Watches on, or from the beginning: the objects that there are, then a bookmark that says so. */
  async #watch(signal: AbortSignal, onSynced?: () => void) {
    const { client, target, timing, onHeard, onWatchEnd } = this.#options;
    const whole = onSynced && target.replace();
    const silence = new AbortController();
    const timer = setTimeout(
      () => silence.abort(new SilentError('it has fallen silent')),
      timing.silenceMs,
    );
    this.#connection = new AbortController();
    let synced = !whole;
    let why: WatchEnd = 'ended';
    let lasting: NodeJS.Timeout | undefined;
    try {
      const response = await client.open(
        `${this.#path()}?${this.#watchQuery(Boolean(whole))}`,
        AbortSignal.any([signal, silence.signal, this.#connection.signal]),
      );
      if (!whole) {
        // It may have nothing to tell; what is refused after all is refused at once
        lasting = setTimeout(() => {
          this.#watched = true;
          this.#live(this.#resourceVersion);
        }, SHORT_MS);
      }
      const body = response.body as AsyncIterable<Uint8Array> | null;
      for await (const events of watchEvents(body ?? empty(), () => {
        timer.refresh();
        onHeard();
      })) {
        for (const event of events) {
          throwIfError(event);
          const version = event.object.metadata?.resourceVersion;
          if (whole && !synced) {
            synced = this.#initial(event, whole);
            if (synced) {
              onSynced();
              this.#watched = true;
              this.#live(version);
            }
          } else {
            this.#change(event, target);
            this.#watched = true;
            this.#live(version ?? this.#resourceVersion);
          }
        }
      }
      if (!synced) {
        // It knows nothing of streamed lists: objects came, and never the word that these are all
        client.streamsLists = false;
      }
    } catch (error) {
      why = endOf(error);
      if (whole && !synced) {
        const refused = isRefusedStreaming(error);
        client.streamsLists &&= !refused && why !== 'silent';
        if (refused) {
          return;
        }
      }
      throw error;
    } finally {
      clearTimeout(timer);
      clearTimeout(lasting);
      if (!signal.aborted) {
        onWatchEnd(why);
      }
    }
  }

  /** Returns whether the whole is there now. */
  #initial(
    { type, object }: WatchEvent,
    whole: ReturnType<ReflectorTarget['replace']>,
  ): boolean {
    if (type !== 'BOOKMARK') {
      whole[type === 'DELETED' ? 'remove' : 'put'](object);
      return false;
    }
    if (object.metadata?.annotations?.['k8s.io/initial-events-end']) {
      whole.commit();
      return true;
    }
    return false;
  }

  #change({ type, object }: WatchEvent, target: ReflectorTarget) {
    if (type === 'DELETED') {
      target.remove(object);
    } else if (type !== 'BOOKMARK') {
      target.put(object);
    }
  }

  #live(resourceVersion: string | undefined) {
    this.#resourceVersion = resourceVersion;
    if (this.#state.type !== 'live') {
      this.#setState({ type: 'live' });
    }
  }

  async #failed(error: unknown) {
    if (error instanceof SilentError) {
      // After etcd has been restored, a revision may be one that is yet to come, and that is waited for
      this.#resourceVersion = undefined;
    }
    if (error instanceof ClusterApiError) {
      if (error.status === 410) {
        this.#resourceVersion = undefined;
        if (this.#failures === 1) {
          return;
        }
      }
      if (error.status === 403 || error.status === 404) {
        this.#resourceVersion = undefined;
        this.#options.target.replace().commit();
        this.#setState({
          type: 'blocked',
          reason: error.status === 403 ? 'forbidden' : 'notInstalled',
          message: error.message,
        });
        await this.#pauseFor(
          this.#options.timing.retryAfterMs * BLOCKED_FACTOR,
        );
        return;
      }
    }
    // A watch that breaks off once is nothing to tell of
    if (this.#failures > 1 || this.#state.type !== 'live') {
      this.#setState({ type: 'failing', error });
    }
    await this.#pause(error);
  }

  #pause(error: unknown) {
    const { retryAfterMs } = this.#options.timing;
    return this.#pauseFor(
      retryDelay(error, Math.max(this.#failures, 1), retryAfterMs),
    );
  }

  async #pauseFor(ms: number) {
    this.#again = new AbortController();
    const signal = AbortSignal.any([this.#stop.signal, this.#again.signal]);
    // Ended early is ended as well
    await delay(ms, undefined, { signal }).catch(() => {});
  }

  #setState(state: ReflectorState) {
    this.#state = state;
    this.#options.onState(state);
  }

  #path(): string {
    return apiPath(this.#options.served, this.#options);
  }

  #query(): Record<string, string> {
    const { labelSelector } = this.#options;
    return labelSelector ? { labelSelector } : {};
  }

  #watchQuery(fromBeginning: boolean): URLSearchParams {
    const seconds = WATCH_SECONDS + Math.random() * WATCH_SPREAD_SECONDS;
    return new URLSearchParams({
      ...this.#query(),
      watch: 'true',
      allowWatchBookmarks: 'true',
      timeoutSeconds: String(Math.round(seconds)),
      ...(fromBeginning
        ? { sendInitialEvents: 'true', resourceVersionMatch: 'NotOlderThan' }
        : { resourceVersion: this.#resourceVersion! }),
    });
  }
}

async function* empty() {}

function throwIfError({ type, object }: WatchEvent) {
  if (type === 'ERROR') {
    const { code, message } = object;
    throw new ClusterApiError({
      status: Number(code) || 500,
      message: String(message ?? 'no message').slice(0, 2000),
    });
  }
}

/** API servers without streamed lists refuse the parameter (422), or don't know it (400). */
function isRefusedStreaming(error: unknown): boolean {
  return (
    error instanceof ClusterApiError &&
    (error.status === 422 || error.status === 400)
  );
}

function endOf(error: unknown): WatchEnd {
  if (error instanceof ClusterApiError && error.status === 410) {
    return 'gone';
  }
  return error instanceof SilentError ? 'silent' : 'error';
}
