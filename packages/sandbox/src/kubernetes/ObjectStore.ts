import type { KubernetesObject } from '../controllers/client';
import { storageKey, type ResourceType } from './kinds';

export interface StoreEvent {
  type: 'ADDED' | 'MODIFIED' | 'DELETED';
  /** The storage key of the type: `deployments.apps`. */
  resource: string;
  revision: number;
  object: KubernetesObject;
  /** The object before the change; absent for ADDED. */
  previous?: KubernetesObject;
}

export interface StoreSnapshot {
  revision: number;
  objects: Record<string, KubernetesObject[]>;
}

type Listener = (event: StoreEvent) => void;

const objectKey = (namespace: string | undefined, name: string) =>
  `${namespace ?? ''}/${name}`;

/**
 * The objects of one cluster under one growing revision, with the latest changes kept as a bounded
 * history, so that a watch can start in the past and too old a past is gone, as in etcd.
 *
 * Objects are immutable once they are in: a change puts a new object in place of the old one.
 */
export class ObjectStore {
  readonly #objects = new Map<string, Map<string, KubernetesObject>>();
  readonly #history: StoreEvent[] = [];
  readonly #listeners = new Set<Listener>();
  readonly #historyLimit: number;
  #revision = 1;
  #compacted = 0;

  constructor(options: { historyLimit?: number } = {}) {
    this.#historyLimit = options.historyLimit ?? 5000;
  }

  get revision(): number {
    return this.#revision;
  }

  /** Changes up to and including this revision can no longer be watched. */
  get compactedRevision(): number {
    return this.#compacted;
  }

  get(
    type: ResourceType,
    namespace: string | undefined,
    name: string,
  ): KubernetesObject | undefined {
    return this.#objects.get(storageKey(type))?.get(objectKey(namespace, name));
  }

  /** Sorted by namespace and name, as etcd gives them. */
  list(type: ResourceType, namespace?: string): KubernetesObject[] {
    return this.#sorted(this.#objects.get(storageKey(type)), namespace);
  }

  /** The list as it was at an earlier revision that is still in the history. */
  listAt(
    type: ResourceType,
    namespace: string | undefined,
    revision: number,
  ): KubernetesObject[] {
    const key = storageKey(type);
    const objects = new Map(this.#objects.get(key));
    for (let i = this.#history.length - 1; i >= 0; i--) {
      const event = this.#history[i];
      if (event.revision <= revision) {
        break;
      }
      if (event.resource === key) {
        const { namespace: ns, name } = event.object.metadata;
        if (event.previous) {
          objects.set(objectKey(ns, name), event.previous);
        } else {
          objects.delete(objectKey(ns, name));
        }
      }
    }
    return this.#sorted(objects, namespace);
  }

  /** Every object with the storage key of its type. */
  *all(): Generator<[string, KubernetesObject]> {
    for (const [resource, objects] of this.#objects) {
      for (const object of objects.values()) {
        yield [resource, object];
      }
    }
  }

  /** Adds or replaces; the stored object carries the new resourceVersion. */
  put(type: ResourceType, object: KubernetesObject): KubernetesObject {
    const { namespace, name } = object.metadata;
    const previous = this.get(type, namespace, name);
    return this.#change(
      previous ? 'MODIFIED' : 'ADDED',
      storageKey(type),
      object,
      previous,
    );
  }

  remove(resource: string, object: KubernetesObject): KubernetesObject {
    return this.#change('DELETED', resource, object, object);
  }

  /** The changes after a revision, oldest first. */
  since(type: ResourceType, revision: number): StoreEvent[] {
    const key = storageKey(type);
    return this.#history.filter(
      event => event.revision > revision && event.resource === key,
    );
  }

  subscribe(listener: Listener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Forgets the history, so that every watch from before must list again. */
  compact(): void {
    this.#history.length = 0;
    this.#compacted = this.#revision;
  }

  snapshot(): StoreSnapshot {
    return {
      revision: this.#revision,
      objects: Object.fromEntries(
        [...this.#objects].map(([resource, objects]) => [
          resource,
          [...objects.values()],
        ]),
      ),
    };
  }

  restore(snapshot: StoreSnapshot): void {
    this.#objects.clear();
    for (const [resource, objects] of Object.entries(snapshot.objects)) {
      this.#objects.set(
        resource,
        new Map(
          objects.map(object => [
            objectKey(object.metadata.namespace, object.metadata.name),
            object,
          ]),
        ),
      );
    }
    this.#revision = snapshot.revision;
    this.compact();
  }

  #change(
    type: StoreEvent['type'],
    resource: string,
    changed: KubernetesObject,
    previous: KubernetesObject | undefined,
  ): KubernetesObject {
    this.#revision += 1;
    const object = {
      ...changed,
      metadata: {
        ...changed.metadata,
        resourceVersion: String(this.#revision),
      },
    };
    const key = objectKey(object.metadata.namespace, object.metadata.name);
    const objects = this.#objects.get(resource) ?? new Map();
    this.#objects.set(resource, objects);
    if (type === 'DELETED') {
      objects.delete(key);
    } else {
      objects.set(key, object);
    }

    const event: StoreEvent = {
      type,
      resource,
      revision: this.#revision,
      object,
      previous,
    };
    this.#history.push(event);
    // Dropped in larger steps than one, since shifting an array of this size is not free.
    if (this.#history.length > this.#historyLimit * 1.25) {
      const dropped = this.#history.splice(
        0,
        this.#history.length - this.#historyLimit,
      );
      this.#compacted = dropped[dropped.length - 1].revision;
    }
    for (const listener of this.#listeners) {
      listener(event);
    }
    return object;
  }

  #sorted(
    objects: Map<string, KubernetesObject> | undefined,
    namespace: string | undefined,
  ): KubernetesObject[] {
    return [...(objects ?? [])]
      .filter(
        ([, object]) =>
          namespace === undefined || object.metadata.namespace === namespace,
      )
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([, object]) => object);
  }
}
