import type { KubernetesObject } from '../controllers/client';
import {
  findByPlural,
  RESOURCE_TYPES,
  storageKey,
  type ResourceType,
} from './kinds';
import type { ObjectApi } from './ObjectApi';
import type { ObjectStore, StoreEvent } from './ObjectStore';

const NAMESPACES = findByPlural('', 'v1', 'namespaces')!;
const EVENTS = findByPlural('', 'v1', 'events')!;
// An API server forgets Events after an hour.
const EVENT_TTL_MS = 3_600_000;

const typeOfStorageKey = new Map<string, ResourceType>(
  RESOURCE_TYPES.slice()
    .reverse()
    .map(type => [storageKey(type), type]),
);

/**
 * Deletes what has lost its owner, empties namespaces that are deleted, and finishes foreground and
 * orphan deletions: the parts of kube-controller-manager without which an API server's own promises
 * do not hold. It works shortly after the change, as there.
 */
export class GarbageCollector {
  readonly #store: ObjectStore;
  readonly #objects: ObjectApi;
  readonly #stop: () => void;
  #queue: StoreEvent[] = [];
  readonly #expiry: NodeJS.Timeout;
  #scheduled: NodeJS.Immediate | undefined;

  constructor(store: ObjectStore, objects: ObjectApi) {
    this.#store = store;
    this.#objects = objects;
    this.#stop = store.subscribe(event => this.#enqueue(event));
    this.#expiry = setInterval(() => this.#expireEvents(), 60_000).unref();
    for (const [resource, object] of [...store.all()]) {
      if (object.metadata.deletionTimestamp) {
        this.#enqueue({ type: 'MODIFIED', resource, revision: 0, object });
      }
    }
  }

  close(): void {
    this.#stop();
    clearImmediate(this.#scheduled);
    clearInterval(this.#expiry);
  }

  #expireEvents(): void {
    for (const event of this.#store.list(EVENTS)) {
      const last = event.lastTimestamp ?? event.metadata.creationTimestamp;
      if (Date.now() - Date.parse(last) > EVENT_TTL_MS) {
        this.#store.remove(storageKey(EVENTS), event);
      }
    }
  }

  #enqueue(event: StoreEvent): void {
    const relevant =
      event.type === 'DELETED' || event.object.metadata.deletionTimestamp;
    if (relevant) {
      this.#queue.push(event);
      this.#scheduled ??= setImmediate(() => this.#work());
    }
  }

  #work(): void {
    this.#scheduled = undefined;
    const events = this.#queue;
    this.#queue = [];
    for (const event of events) {
      const { object } = event;
      if (event.type === 'DELETED') {
        this.#collectDependents(object);
        this.#finishForeground(object);
        this.#finishNamespace(object.metadata.namespace);
      } else if (event.resource === 'namespaces') {
        this.#emptyNamespace(object.metadata.name);
      } else if (object.metadata.finalizers?.includes('orphan')) {
        this.#orphanDependents(object);
        this.#dropFinalizer(event.resource, object, 'orphan');
      } else if (object.metadata.finalizers?.includes('foregroundDeletion')) {
        const dependents = this.#dependents(object);
        dependents.forEach(([resource, dependent]) =>
          this.#delete(resource, dependent, 'Foreground'),
        );
        if (!dependents.length) {
          this.#dropFinalizer(event.resource, object, 'foregroundDeletion');
        }
      }
    }
  }

  #dependents(owner: KubernetesObject): [string, KubernetesObject][] {
    return [...this.#store.all()].filter(([, object]) =>
      object.metadata.ownerReferences?.some(
        reference => reference.uid === owner.metadata.uid,
      ),
    );
  }

  #exists(uid: string): boolean {
    for (const [, object] of this.#store.all()) {
      if (object.metadata.uid === uid) {
        return true;
      }
    }
    return false;
  }

  #collectDependents(owner: KubernetesObject): void {
    for (const [resource, object] of this.#dependents(owner)) {
      const owned = object.metadata.ownerReferences!.some(
        ({ uid }) => uid !== owner.metadata.uid && this.#exists(uid),
      );
      if (!owned) {
        this.#delete(resource, object, 'Background');
      }
    }
  }

  #finishForeground(dependent: KubernetesObject): void {
    for (const { uid } of dependent.metadata.ownerReferences ?? []) {
      for (const [resource, object] of [...this.#store.all()]) {
        if (
          object.metadata.uid === uid &&
          object.metadata.finalizers?.includes('foregroundDeletion') &&
          !this.#dependents(object).length
        ) {
          this.#dropFinalizer(resource, object, 'foregroundDeletion');
        }
      }
    }
  }

  #orphanDependents(owner: KubernetesObject): void {
    for (const [resource, object] of this.#dependents(owner)) {
      this.#objects.patch(
        this.#target(resource, object),
        copy => {
          copy.metadata.ownerReferences = copy.metadata.ownerReferences!.filter(
            ({ uid }) => uid !== owner.metadata.uid,
          );
          return copy;
        },
        { manager: 'kube-controller-manager' },
      );
    }
  }

  #emptyNamespace(namespace: string): void {
    const contents = [...this.#store.all()].filter(
      ([, object]) => object.metadata.namespace === namespace,
    );
    contents.forEach(([resource, object]) =>
      this.#delete(resource, object, 'Background'),
    );
    this.#finishNamespace(namespace);
  }

  #finishNamespace(namespace: string | undefined): void {
    const object =
      namespace && this.#store.get(NAMESPACES, undefined, namespace);
    if (!object || !object.metadata.deletionTimestamp) {
      return;
    }
    for (const [, content] of this.#store.all()) {
      if (content.metadata.namespace === namespace) {
        return;
      }
    }
    this.#store.remove('namespaces', object);
  }

  #dropFinalizer(
    resource: string,
    object: KubernetesObject,
    finalizer: string,
  ): void {
    const target = this.#target(resource, object);
    if (this.#store.get(target.type, target.namespace, target.name)) {
      this.#objects.patch(
        target,
        copy => {
          copy.metadata.finalizers = copy.metadata.finalizers?.filter(
            item => item !== finalizer,
          );
          return copy;
        },
        { manager: 'kube-controller-manager' },
      );
    }
  }

  #delete(
    resource: string,
    object: KubernetesObject,
    propagationPolicy: 'Background' | 'Foreground',
  ): void {
    const target = this.#target(resource, object);
    if (this.#store.get(target.type, target.namespace, target.name)) {
      this.#objects.delete(target, { propagationPolicy });
    }
  }

  #target(resource: string, object: KubernetesObject) {
    return {
      type: typeOfStorageKey.get(resource)!,
      namespace: object.metadata.namespace,
      name: object.metadata.name,
    };
  }
}
