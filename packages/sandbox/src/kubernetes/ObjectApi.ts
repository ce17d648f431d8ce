import { randomUUID } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import type { KubernetesObject } from '../controllers/client';
import { copyJson } from './copyJson';
import { applyDefaults } from './defaults';
import {
  alreadyExists,
  badRequest,
  conflict,
  notFound,
  StatusError,
} from './errors';
import { removeField } from './fieldSet';
import {
  apiVersionOf,
  findByPlural,
  storageKey,
  type ResourceType,
} from './kinds';
import { applyFields, trackUpdate } from './managedFields';
import { checkIdentity, type Target } from './identity';
import { hasGeneration, isUnchanged, specOf } from './change';
import { now } from './now';
import { ObjectStore } from './ObjectStore';
import { checkDecoding, checkTypedPatch, validate } from './validation';

const NAMESPACES = findByPlural('', 'v1', 'namespaces')!;
const PODS = findByPlural('', 'v1', 'pods')!;
const SERVICES = findByPlural('', 'v1', 'services')!;

export interface WriteOptions {
  manager: string;
  dryRun?: boolean;
  fieldValidation?: string | null;
  /** Gets what the server warns of without refusing. */
  warn?: (warning: string) => void;
}

export interface DeleteOptions {
  propagationPolicy?: 'Background' | 'Foreground' | 'Orphan';
  preconditions?: { uid?: string; resourceVersion?: string };
  dryRun?: boolean;
}

const SUFFIX = 'bcdfghjklmnpqrstvwxz2456789';

function randomSuffix(): string {
  return Array.from(
    { length: 5 },
    () => SUFFIX[Math.floor(Math.random() * SUFFIX.length)],
  ).join('');
}

/**
 * What the API server does to an object between a request and the store: names, defaults,
 * validation, generation, owners of fields, conflicts, finalizers.
 */
export class ObjectApi {
  readonly #store: ObjectStore;

  constructor(store: ObjectStore) {
    this.#store = store;
  }

  get(target: Target): KubernetesObject {
    const { type, namespace, name } = target;
    const object = this.#store.get(type, namespace, name);
    if (!object) {
      throw notFound(type, name);
    }
    // An Event answers under the version in which it is asked for.
    return { ...object, apiVersion: apiVersionOf(type) };
  }

  create(
    type: ResourceType,
    namespace: string | undefined,
    body: KubernetesObject,
    options: WriteOptions,
  ): KubernetesObject {
    const object = copyJson(body);
    checkIdentity({ type, namespace, name: '' }, object);
    const { metadata } = object;
    if (!metadata.name && typeof metadata.generateName === 'string') {
      metadata.name = metadata.generateName + randomSuffix();
    }
    if (!metadata.name) {
      throw new StatusError(
        422,
        'Invalid',
        `${type.kind}${
          type.group ? `.${type.group}` : ''
        } "" is invalid: metadata.name: Required value: name or generateName is required`,
      );
    }
    if (metadata.resourceVersion) {
      throw badRequest(
        'resourceVersion should not be set on objects to be created',
      );
    }
    this.#checkNamespace(type, namespace, metadata.name);
    if (this.#store.get(type, namespace, metadata.name)) {
      throw alreadyExists(type, metadata.name);
    }
    this.#checkFields(type, object, options);
    if (type.subresources.includes('status') && type.kind !== 'Event') {
      delete object.status;
    }
    return this.#insert(
      type,
      namespace,
      trackable => trackUpdate(type, undefined, trackable, options.manager),
      object,
      options,
    );
  }

  update(
    target: Target,
    body: KubernetesObject,
    options: WriteOptions,
  ): KubernetesObject {
    const before = this.get(target);
    const after = copyJson(body);
    checkIdentity(target, after);
    const wanted = after.metadata.resourceVersion;
    if (wanted && wanted !== before.metadata.resourceVersion) {
      throw conflict(target.type, target.name);
    }
    if (after.metadata.uid && after.metadata.uid !== before.metadata.uid) {
      throw new StatusError(
        409,
        'Conflict',
        `Precondition failed: UID in precondition: ${after.metadata.uid}, UID in object meta: ${before.metadata.uid}`,
      );
    }
    this.#checkFields(target.type, after, options);
    return this.#replace(target, before, after, options);
  }

  /** `change` gets a copy that it may change, and returns the object as patched. */
  patch(
    target: Target,
    change: (object: KubernetesObject) => KubernetesObject,
    options: WriteOptions,
  ): KubernetesObject {
    const before = this.get(target);
    const after = change(copyJson(before));
    const wanted = after.metadata?.resourceVersion;
    if (wanted && wanted !== before.metadata.resourceVersion) {
      throw conflict(target.type, target.name);
    }
    checkIdentity(target, after);
    this.#checkFields(target.type, after, options);
    return this.#replace(target, before, after, options);
  }

  apply(
    target: Target,
    body: KubernetesObject,
    options: WriteOptions & { force: boolean },
  ): { object: KubernetesObject; created: boolean } {
    const { type, namespace, name, subresource } = target;
    const config = copyJson(body);
    checkIdentity(target, config);
    config.metadata.name ??= name;
    checkTypedPatch(config);
    if (type.subresources.includes('status') && subresource !== 'status') {
      delete config.status;
    }
    const live = this.#store.get(type, namespace, name);
    if (!live) {
      if (subresource) {
        throw notFound(type, name);
      }
      this.#checkNamespace(type, namespace, name);
      const object = this.#insert(
        type,
        namespace,
        applied => applied,
        applyFields(type, undefined, config, options),
        options,
      );
      return { object, created: true };
    }
    const wanted = config.metadata.resourceVersion;
    if (wanted && wanted !== live.metadata.resourceVersion) {
      throw conflict(type, name);
    }
    const merged = applyFields(type, live, config, {
      ...options,
      subresource,
    });
    const object = this.#replace(target, live, merged, options, true);
    return { object, created: false };
  }

  /** Puts a pod on a node, as a scheduler asks for it with a Binding. */
  bind(
    namespace: string,
    binding: KubernetesObject,
    options: WriteOptions,
  ): void {
    const name = binding.metadata?.name;
    const target = { type: PODS, namespace, name };
    const pod = this.get(target);
    const node = binding.target?.name;
    if (pod.spec.nodeName) {
      throw new StatusError(
        409,
        'Conflict',
        `Operation cannot be fulfilled on pods/binding "${name}": pod ${name} is already assigned to node "${pod.spec.nodeName}"`,
      );
    }
    this.patch(
      target,
      object => ({ ...object, spec: { ...object.spec, nodeName: node } }),
      options,
    );
    const scheduled = {
      lastProbeTime: null,
      lastTransitionTime: now(),
      status: 'True',
      type: 'PodScheduled',
    };
    this.patch(
      { ...target, subresource: 'status' },
      object => ({
        ...object,
        status: { ...object.status, conditions: [scheduled] },
      }),
      options,
    );
  }

  /** Returns the object as it is now, and whether it is gone. */
  delete(
    target: Target,
    options: DeleteOptions,
  ): { object: KubernetesObject; gone: boolean } {
    const { type } = target;
    const object = this.get(target);
    const { uid, resourceVersion } = options.preconditions ?? {};
    if (
      (uid && uid !== object.metadata.uid) ||
      (resourceVersion && resourceVersion !== object.metadata.resourceVersion)
    ) {
      throw new StatusError(
        409,
        'Conflict',
        `Precondition failed: UID in precondition: ${uid}, UID in object meta: ${object.metadata.uid}`,
      );
    }
    const finalizers = new Set(object.metadata.finalizers ?? []);
    if (options.propagationPolicy === 'Foreground') {
      finalizers.add('foregroundDeletion');
    } else if (options.propagationPolicy === 'Orphan') {
      finalizers.add('orphan');
    }
    // A namespace goes when it is empty; its finalizer is in its spec.
    const waits = finalizers.size > 0 || type === NAMESPACES;
    if (options.dryRun) {
      return { object, gone: !waits };
    }
    if (!waits) {
      return {
        object: this.#store.remove(storageKey(type), object),
        gone: true,
      };
    }
    if (object.metadata.deletionTimestamp) {
      return { object, gone: false };
    }
    const terminating: KubernetesObject = {
      ...object,
      metadata: {
        ...object.metadata,
        ...(finalizers.size && { finalizers: [...finalizers] }),
        deletionTimestamp: now(),
        deletionGracePeriodSeconds: 0,
        generation: (object.metadata.generation ?? 0) + 1,
      },
      ...(type === NAMESPACES && {
        status: { ...object.status, phase: 'Terminating' },
      }),
    };
    return { object: this.#store.put(type, terminating), gone: false };
  }

  #insert(
    type: ResourceType,
    namespace: string | undefined,
    track: (object: KubernetesObject) => KubernetesObject,
    body: KubernetesObject,
    options: WriteOptions,
  ): KubernetesObject {
    const tracked = track(body);
    const object = applyDefaults(copyJson(tracked));
    object.metadata = {
      ...object.metadata,
      ...(namespace && { namespace }),
      uid: randomUUID(),
      creationTimestamp: now(),
      ...(hasGeneration(type) && { generation: 1 }),
    };
    delete object.metadata.deletionTimestamp;
    validate(type, object, undefined);
    if (options.dryRun) {
      return object;
    }
    return this.#store.put(type, object);
  }

  #replace(
    target: Target,
    before: KubernetesObject,
    body: KubernetesObject,
    options: WriteOptions,
    tracked = false,
  ): KubernetesObject {
    const { type, subresource } = target;
    let after = body;
    if (subresource === 'status') {
      after = {
        ...before,
        status: body.status,
        metadata: {
          ...before.metadata,
          managedFields: body.metadata.managedFields,
        },
      };
    } else if (type.subresources.includes('status')) {
      const { status: _, ...rest } = body;
      after =
        before.status === undefined
          ? (rest as KubernetesObject)
          : ({ ...rest, status: before.status } as KubernetesObject);
    }
    const own = before.metadata;
    if (type === SERVICES && before.spec?.clusterIP && after.spec) {
      const { clusterIP, clusterIPs } = before.spec;
      after = { ...after, spec: { clusterIP, clusterIPs, ...after.spec } };
    }
    after = applyDefaults(copyJson(after));
    after.metadata = {
      ...after.metadata,
      name: own.name,
      ...(own.namespace && { namespace: own.namespace }),
      uid: own.uid,
      creationTimestamp: own.creationTimestamp,
      resourceVersion: own.resourceVersion,
      ...(own.generation !== undefined && { generation: own.generation }),
      ...(own.deletionTimestamp && {
        deletionTimestamp: own.deletionTimestamp,
      }),
    };
    if (!own.deletionTimestamp) {
      delete after.metadata.deletionTimestamp;
    }
    if (!tracked) {
      after = trackUpdate(
        type,
        before,
        {
          ...after,
          metadata: { ...after.metadata, managedFields: own.managedFields },
        },
        options.manager,
        subresource,
      );
    }
    if (
      hasGeneration(type) &&
      !isDeepStrictEqual(specOf(before), specOf(after))
    ) {
      after.metadata.generation = (own.generation ?? 0) + 1;
    }
    if (subresource !== 'status') {
      validate(type, after, before);
    }
    if (options.dryRun || isUnchanged(before, after)) {
      return options.dryRun ? after : before;
    }
    const stored = this.#store.put(type, after);
    const { deletionTimestamp, finalizers } = stored.metadata;
    if (deletionTimestamp && !finalizers?.length && type !== NAMESPACES) {
      this.#store.remove(storageKey(type), stored);
    }
    return stored;
  }

  #checkNamespace(
    type: ResourceType,
    namespace: string | undefined,
    name: string,
  ): void {
    if (!type.namespaced || !namespace) {
      return;
    }
    const owner = this.#store.get(NAMESPACES, undefined, namespace);
    if (!owner) {
      throw notFound(NAMESPACES, namespace);
    }
    if (owner.metadata.deletionTimestamp) {
      const resource = type.group
        ? `${type.plural}.${type.group}`
        : type.plural;
      throw new StatusError(
        403,
        'Forbidden',
        `${resource} "${name}" is forbidden: unable to create new content in namespace ${namespace} because it is being terminated`,
        {
          causes: [
            { reason: 'NamespaceTerminating', field: 'metadata.namespace' },
          ],
        },
      );
    }
  }

  #checkFields(
    type: ResourceType,
    object: KubernetesObject,
    options: WriteOptions,
  ): void {
    for (const warning of checkDecoding(
      type,
      object,
      options.fieldValidation ?? null,
    )) {
      options.warn?.(warning);
      const path = /^unknown field "(.*)"$/.exec(warning)?.[1] ?? '';
      // Paths through list items are left alone: dropping an unknown field there has no effect on us.
      if (!path.includes('[')) {
        removeField(
          object,
          path
            .split('.')
            .map(part => `f:${part}`)
            .join('\n'),
        );
      }
    }
  }
}
