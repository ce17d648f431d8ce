import type {
  KubernetesClient,
  KubernetesObject,
  ObjectKey,
} from '../../client';
import type {
  Controller,
  ObjectType,
  ReconcileContext,
  ReconcileResult,
  SecondaryWatch,
} from '../../runtime';
import { Condition, isReady } from './conditions';
import { EventRecorder } from './events';
import { FluxObject, REQUESTED_AT } from './FluxObject';

/** What a Flux controller does with one object; everything around it is the same for all. */
export interface FluxReconciler {
  type: ObjectType;
  /** The Flux controller that it stands for: in Events, as field manager, in logs. */
  component: string;
  watches?: SecondaryWatch[];
  concurrency?: number;
  reconcile(
    object: FluxObject,
    context: ReconcileContext,
  ): Promise<ReconcileResult | void>;
  /** Before the finalizer goes. */
  finalize?(object: FluxObject, context: ReconcileContext): Promise<void>;
}

function isDue(object: KubernetesObject, previous: KubernetesObject): boolean {
  const requested = (o: KubernetesObject) =>
    o.metadata.annotations?.[REQUESTED_AT];
  return (
    object.metadata.generation !== previous.metadata.generation ||
    object.metadata.deletionTimestamp !== previous.metadata.deletionTimestamp ||
    // A request that is taken back asks for nothing.
    (requested(object) !== undefined &&
      requested(object) !== requested(previous)) ||
    // Servers without generations for custom resources.
    object.metadata.uid !== previous.metadata.uid
  );
}

/**
 * Waits that Flux's own backoff has: 750 ms and its doubles, as the recordings show, up to 15
 * minutes for what fails for good.
 */
const FIRST_RETRY_MS = 750;
const LAST_RETRY_MS = 15 * 60_000;

/** Counts failures of objects, for those that are tried again without an error being thrown. */
export class Backoff {
  readonly #failures = new Map<string, number>();

  next(object: FluxObject): ReconcileResult {
    const id = `${object.namespace}/${object.name}`;
    const failures = this.#failures.get(id) ?? 0;
    this.#failures.set(id, failures + 1);
    return {
      requeueAfterMs: Math.min(LAST_RETRY_MS, FIRST_RETRY_MS * 2 ** failures),
    };
  }

  reset(object: FluxObject): void {
    this.#failures.delete(`${object.namespace}/${object.name}`);
  }
}

/** What a suspended object's status says of its new generation. */
function heldStatus(object: FluxObject, { component }: FluxReconciler) {
  const observedGeneration = object.generation;
  const conditions: Condition[] = object.status.conditions ?? [];
  return {
    observedGeneration,
    // source-controller sums up Ready anew also here.
    ...(component === 'source-controller' && {
      conditions: conditions.map(condition =>
        condition.type === 'Ready'
          ? { ...condition, observedGeneration }
          : condition,
      ),
    }),
  };
}

/** The controller around a reconciler: finalizer, suspension, deletion. */
export function fluxController(reconciler: FluxReconciler): Controller {
  const recorders = new WeakMap<KubernetesClient, EventRecorder>();
  return {
    name: `${reconciler.component}/${reconciler.type.kind}`,
    type: reconciler.type,
    watches: reconciler.watches,
    concurrency: reconciler.concurrency,
    isDue,
    reconcile: async (key: ObjectKey, context) => {
      const { client, logger } = context;
      const current = await client.get(key);
      if (!current) {
        return undefined;
      }
      const events =
        recorders.get(client) ??
        new EventRecorder({ client, logger, component: reconciler.component });
      recorders.set(client, events);
      const object = new FluxObject(
        { ...current, ...reconciler.type },
        client,
        events,
        reconciler.component,
      );
      if (current.metadata.deletionTimestamp) {
        await reconciler.finalize?.(object, context);
        await object.removeFinalizer();
        return undefined;
      }
      await object.addFinalizer();
      if (object.spec.suspend) {
        // Conditions stay as they are: suspension is not in them, on real Flux either. Only what is
        // ready counts as observed.
        const observed = object.status.observedGeneration;
        if (isReady(object) && observed !== object.generation) {
          await client.patch(
            key,
            { status: heldStatus(object, reconciler) },
            { subresource: 'status', fieldManager: reconciler.component },
          );
        }
        return undefined;
      }
      return await reconciler.reconcile(object, context);
    },
  };
}
