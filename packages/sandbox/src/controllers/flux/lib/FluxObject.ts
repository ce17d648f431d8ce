import { sameJson } from './sameJson';
import {
  KubernetesApiError,
  KubernetesClient,
  KubernetesObject,
  ObjectKey,
} from '../../client';
import { keyOf } from '../../runtime';
import {
  Condition,
  getCondition,
  NewCondition,
  setCondition,
  timestamp,
} from './conditions';
import type { EventRecorder } from './events';

export const FINALIZER = 'finalizers.fluxcd.io';
export const REQUESTED_AT = 'reconcile.fluxcd.io/requestedAt';

/** One reconciliation's view of an object: its spec, and the status that is being written. */
export class FluxObject {
  readonly key: ObjectKey;
  readonly namespace: string;
  readonly name: string;
  status: Record<string, any>;
  readonly #client: KubernetesClient;
  readonly #fieldManager: string;
  readonly #events: EventRecorder;
  #object: KubernetesObject;
  #written: Record<string, any>;

  constructor(
    object: KubernetesObject,
    client: KubernetesClient,
    events: EventRecorder,
    fieldManager: string,
  ) {
    this.key = keyOf(object);
    this.namespace = object.metadata.namespace ?? '';
    this.name = object.metadata.name;
    this.#client = client;
    this.#events = events;
    this.#fieldManager = fieldManager;
    this.#object = object;
    this.#written = object.status ?? {};
    // A server that knows Flux's CRDs sets the default; one that does not must not matter.
    this.status = structuredClone({ observedGeneration: -1, ...object.status });
  }

  get object(): KubernetesObject {
    return this.#object;
  }

  get spec(): any {
    return this.#object.spec ?? {};
  }

  get generation(): number {
    return this.#object.metadata.generation ?? 1;
  }

  get requestedAt(): string | undefined {
    return this.#object.metadata.annotations?.[REQUESTED_AT];
  }

  /** Whether somebody asked for a reconciliation that has not been answered. */
  get isRequested(): boolean {
    return (
      this.requestedAt !== undefined &&
      this.requestedAt !== this.status.lastHandledReconcileAt
    );
  }

  condition(type: string): Condition | undefined {
    return getCondition(this.status.conditions, type);
  }

  set(
    type: string,
    status: NewCondition['status'],
    reason: string,
    message: string,
  ): void {
    this.status.conditions = setCondition(
      this.status.conditions ?? [],
      { type, status, reason, message },
      this.generation,
    );
  }

  remove(...types: string[]): void {
    this.status.conditions = (
      (this.status.conditions as Condition[] | undefined) ?? []
    ).filter(condition => !types.includes(condition.type));
  }

  /**
   * What a reconciler says first, when the object is new, has changed, or somebody asked. At a mere
   * interval Flux says nothing.
   */
  progressing(): boolean {
    const observed = this.status.observedGeneration;
    // A request that was taken back, e.g. by who applies the object, is one more to Flux.
    const asked =
      (this.requestedAt ?? '') !== (this.status.lastHandledReconcileAt ?? '');
    if (observed === this.generation && !asked) {
      return false;
    }
    const message =
      observed === this.generation
        ? 'reconciliation in progress'
        : `processing object: new generation ${observed} -> ${this.generation}`;
    this.remove('Stalled');
    this.set('Reconciling', 'True', 'Progressing', message);
    if (!this.condition('Ready')) {
      this.set('Ready', 'Unknown', 'Progressing', message);
    }
    return true;
  }

  /** A failure that is tried again; what was going on stays in Reconciling. */
  failed(reason: string, message: string): void {
    const doing =
      this.condition('Reconciling')?.message ?? 'reconciliation in progress';
    this.set('Reconciling', 'True', 'ProgressingWithRetry', doing);
    this.set('Ready', 'False', reason, message);
  }

  /** A failure that only a change of the object can end. */
  stalled(reason: string, message: string): void {
    this.remove('Reconciling');
    this.set('Stalled', 'True', reason, message);
    this.set('Ready', 'False', reason, message);
    this.status.observedGeneration = this.generation;
    this.handled();
  }

  succeeded(reason: string, message: string): void {
    this.remove('Reconciling', 'Stalled');
    this.set('Ready', 'True', reason, message);
    this.status.observedGeneration = this.generation;
  }

  /** Answers the request that this reconciliation was for. */
  handled(): void {
    if (this.requestedAt !== undefined) {
      this.status.lastHandledReconcileAt = this.requestedAt;
    }
  }

  /** Writes what changed of the status; quiet when the object is gone meanwhile. */
  async patchStatus(): Promise<void> {
    // Conditions say for which generation they hold, also those that did not change. Only Healthy
    // keeps the generation in which health was checked.
    this.status.conditions = (
      this.status.conditions as Condition[] | undefined
    )?.map(condition =>
      condition.type === 'Healthy'
        ? condition
        : { ...condition, observedGeneration: this.generation },
    );
    const patch: Record<string, any> = {};
    const fields = new Set([
      ...Object.keys(this.#written),
      ...Object.keys(this.status),
    ]);
    for (const field of fields) {
      if (!sameJson(this.#written[field], this.status[field])) {
        patch[field] = mergePatchOf(this.#written[field], this.status[field]);
      }
    }
    if (Object.keys(patch).length === 0) {
      return;
    }
    this.#written = structuredClone(this.status);
    try {
      await this.#client.patch(
        this.key,
        { status: patch },
        { subresource: 'status', fieldManager: this.#fieldManager },
      );
    } catch (error) {
      if (!(error instanceof KubernetesApiError && error.status === 404)) {
        throw error;
      }
    }
  }

  async addFinalizer(): Promise<void> {
    const { finalizers = [] } = this.#object.metadata;
    if (!finalizers.includes(FINALIZER)) {
      this.#object = await this.#client.patch(
        this.key,
        { metadata: { finalizers: [...finalizers, FINALIZER] } },
        { fieldManager: this.#fieldManager },
      );
    }
  }

  async removeFinalizer(): Promise<void> {
    const { finalizers = [] } = this.#object.metadata;
    await this.#client.patch(
      this.key,
      { metadata: { finalizers: finalizers.filter(f => f !== FINALIZER) } },
      { fieldManager: this.#fieldManager },
    );
  }

  event(
    type: 'Normal' | 'Warning',
    reason: string,
    message: string,
    annotations?: Record<string, string>,
  ): Promise<void> {
    return this.#events.record(this.#object, {
      type,
      reason,
      message,
      annotations,
    });
  }

  now(): string {
    return timestamp();
  }
}

/** A merge patch replaces arrays and keeps what an object does not name, hence the nulls. */
function mergePatchOf(before: any, after: any): any {
  if (after === undefined) {
    return null;
  }
  const plain = (value: any) =>
    value && typeof value === 'object' && !Array.isArray(value);
  if (!plain(before) || !plain(after)) {
    return after;
  }
  const gone = Object.keys(before).filter(key => after[key] === undefined);
  return { ...after, ...Object.fromEntries(gone.map(key => [key, null])) };
}
