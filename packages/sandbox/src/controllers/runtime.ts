import { setMaxListeners } from 'node:events';
import type { LoggerService } from '@backstage/backend-plugin-api';
import type {
  KubernetesClient,
  KubernetesObject,
  ObjectKey,
  WatchEvent,
} from './client';
import { keyString, WorkQueue } from './workQueue';

/** A kind of object, as the API names it. */
export interface ObjectType {
  apiVersion: string;
  kind: string;
}

export interface ReconcileContext {
  client: KubernetesClient;
  logger: LoggerService;
  /** Aborts when the controllers stop: pass it to everything that waits. */
  signal: AbortSignal;
}

export interface ReconcileResult {
  /** Look at the object again after this time, even when nothing changes. */
  requeueAfterMs?: number;
}

/** Another kind whose changes make objects of the controller's own kind due. */
export interface SecondaryWatch {
  type: ObjectType;
  /** The objects that the change concerns; `previous` is what the watch last saw of it. */
  map(object: KubernetesObject, previous?: KubernetesObject): ObjectKey[];
}

/** Brings objects of one kind towards what they ask for. */
export interface Controller {
  name: string;
  type: ObjectType;
  watches?: SecondaryWatch[];
  /**
   * Whether a change of the object itself makes it due; everything does by default. A controller
   * that writes status leaves out its own writes here, or it would answer itself for ever.
   */
  isDue?(object: KubernetesObject, previous: KubernetesObject): boolean;
  /** Keys that are reconciled at once; 4 by default. A key is never reconciled twice at once. */
  concurrency?: number;
  /** Also called for an object that is gone: `client.get` tells. Throwing retries with backoff. */
  reconcile(
    key: ObjectKey,
    context: ReconcileContext,
  ): Promise<ReconcileResult | void>;
}

/** The key of an object. */
export function keyOf(object: KubernetesObject): ObjectKey {
  const { namespace, name } = object.metadata;
  return {
    apiVersion: object.apiVersion,
    kind: object.kind,
    ...(namespace ? { namespace } : {}),
    name,
  };
}

interface Subscription {
  type: ObjectType;
  notify(
    object: KubernetesObject,
    previous: KubernetesObject | undefined,
    type: 'ADDED' | 'MODIFIED' | 'DELETED',
  ): void;
}

function subscriptionsOf(
  controller: Controller,
  queue: WorkQueue,
): Subscription[] {
  return [
    {
      type: controller.type,
      notify: (object, previous, type) => {
        const due =
          // A watch that starts anew brings everything as added again.
          type === 'DELETED' ||
          !previous ||
          !controller.isDue ||
          controller.isDue(object, previous);
        if (due) {
          queue.add(keyOf(object));
        }
      },
    },
    ...(controller.watches ?? []).map(watch => ({
      type: watch.type,
      notify: (object: KubernetesObject, previous?: KubernetesObject) =>
        watch.map(object, previous).forEach(key => queue.add(key)),
    })),
  ];
}

function sleep(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise(resolve => {
    if (signal.aborted) {
      resolve();
      return;
    }
    const timer = setTimeout(done, ms);
    function done() {
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      resolve();
    }
    signal.addEventListener('abort', done);
  });
}

/** One watch for a kind, however many controllers look at it. */
async function watchFor(
  type: ObjectType,
  subscriptions: Subscription[],
  { client, logger, signal }: ReconcileContext,
): Promise<void> {
  const seen = new Map<string, KubernetesObject>();
  let failures = 0;
  const onEvent = (event: WatchEvent) => {
    failures = 0;
    // Items of a list come without their kind from some servers.
    const object = { ...event.object, ...type };
    const id = keyString(keyOf(object));
    const previous = seen.get(id);
    if (event.type === 'DELETED') {
      seen.delete(id);
    } else {
      seen.set(id, object);
    }
    for (const subscription of subscriptions) {
      subscription.notify(object, previous, event.type);
    }
  };
  while (!signal.aborted) {
    try {
      await client.watch(type, onEvent, { signal });
    } catch (error) {
      if (!signal.aborted) {
        logger.warn(
          `Cannot watch ${type.kind} of ${type.apiVersion}, trying again: ${error}`,
        );
      }
    }
    failures += 1;
    await sleep(Math.min(30_000, 500 * 2 ** Math.min(failures, 6)), signal);
  }
}

/**
 * Runs the controllers until the signal aborts. Resolves when every watch has ended and no key is
 * being reconciled any more.
 */
export async function runControllers(
  controllers: Controller[],
  context: ReconcileContext,
): Promise<void> {
  // Each watch and each queue waits for it; Node takes more than ten for a leak
  setMaxListeners(0, context.signal);
  const queues: WorkQueue[] = [];
  const byType = new Map<string, Subscription[]>();
  for (const controller of controllers) {
    const logger = context.logger.child({ controller: controller.name });
    const queue = new WorkQueue({
      concurrency: controller.concurrency ?? 4,
      signal: context.signal,
      work: key => controller.reconcile(key, { ...context, logger }),
      onError: (key, error) =>
        logger.warn(
          `${controller.name}: ${key.namespace ?? ''}/${key.name}: ${error}`,
        ),
    });
    queues.push(queue);
    for (const subscription of subscriptionsOf(controller, queue)) {
      const id = `${subscription.type.apiVersion}/${subscription.type.kind}`;
      byType.set(id, [...(byType.get(id) ?? []), subscription]);
    }
  }
  await Promise.all(
    [...byType.values()].map(subscriptions =>
      watchFor(subscriptions[0].type, subscriptions, context),
    ),
  );
  await Promise.all(queues.map(queue => queue.idle()));
}
