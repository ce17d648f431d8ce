import { isDeepStrictEqual } from 'node:util';
import type { KubernetesObject } from '../controllers/client';
import { copyJson } from './copyJson';
import { StatusError } from './errors';
import {
  describeKey,
  fieldsOf,
  fromFieldsV1,
  isAtomicMap,
  isMap,
  itemKey,
  listStyle,
  removeField,
  toFieldsV1,
} from './fieldSet';
import { apiVersionOf, type ResourceType } from './kinds';
import { now } from './now';

interface ManagedFieldsEntry {
  manager: string;
  operation: 'Apply' | 'Update';
  apiVersion: string;
  time: string;
  fieldsType: 'FieldsV1';
  fieldsV1: any;
  subresource?: string;
}

interface Owner {
  manager: string;
  operation: 'Apply' | 'Update';
  subresource?: string;
  apiVersion: string;
  time: string;
  keys: Set<string>;
}

function ownersOf(object: KubernetesObject): Owner[] {
  const entries = (object.metadata.managedFields ?? []) as ManagedFieldsEntry[];
  return entries.map(entry => ({
    manager: entry.manager,
    operation: entry.operation,
    subresource: entry.subresource,
    apiVersion: entry.apiVersion,
    time: entry.time,
    keys: fromFieldsV1(entry.fieldsV1),
  }));
}

function withOwners(
  object: KubernetesObject,
  owners: Owner[],
): KubernetesObject {
  const managedFields = owners
    .filter(owner => owner.keys.size)
    .map(
      (owner): ManagedFieldsEntry => ({
        apiVersion: owner.apiVersion,
        fieldsType: 'FieldsV1',
        fieldsV1: toFieldsV1(owner.keys),
        manager: owner.manager,
        operation: owner.operation,
        ...(owner.subresource && { subresource: owner.subresource }),
        time: owner.time,
      }),
    );
  const { managedFields: _, ...metadata } = object.metadata;
  return {
    ...object,
    metadata: (managedFields.length
      ? { ...metadata, managedFields }
      : metadata) as KubernetesObject['metadata'],
  };
}

function findOwner(
  owners: Owner[],
  wanted: Pick<Owner, 'manager' | 'operation' | 'subresource' | 'apiVersion'>,
): Owner {
  let owner = owners.find(
    candidate =>
      candidate.manager === wanted.manager &&
      candidate.operation === wanted.operation &&
      candidate.subresource === wanted.subresource,
  );
  if (!owner) {
    owner = { ...wanted, time: now(), keys: new Set() };
    owners.push(owner);
  }
  return owner;
}

/**
 * After a create, update or patch: what changed belongs to the one who changed it, and to nobody
 * else any more.
 */
export function trackUpdate(
  type: ResourceType,
  before: KubernetesObject | undefined,
  after: KubernetesObject,
  manager: string,
  subresource?: string,
): KubernetesObject {
  const old = before ? fieldsOf(before, type.custom) : new Map();
  const current = fieldsOf(after, type.custom);
  const owners = before ? ownersOf(before) : [];
  const changed = [...current]
    .filter(
      ([key, value]) =>
        !old.has(key) || !isDeepStrictEqual(old.get(key), value),
    )
    .map(([key]) => key);

  for (const owner of owners) {
    for (const key of owner.keys) {
      if (!current.has(key)) {
        owner.keys.delete(key);
      }
    }
    for (const key of changed) {
      owner.keys.delete(key);
    }
  }
  if (changed.length) {
    const owner = findOwner(owners, {
      manager,
      operation: 'Update',
      subresource,
      apiVersion: apiVersionOf(type),
    });
    changed.forEach(key => owner.keys.add(key));
    owner.time = now();
  }
  return withOwners(after, owners);
}

function merge(
  live: any,
  applied: any,
  path: string[],
  custom: boolean,
): unknown {
  if (isMap(applied) && isMap(live) && !isAtomicMap(path, custom)) {
    const merged: Record<string, unknown> = { ...live };
    for (const [name, value] of Object.entries(applied)) {
      merged[name] = merge(live[name], value, [...path, name], custom);
    }
    return merged;
  }
  if (Array.isArray(applied) && Array.isArray(live)) {
    const style = listStyle(path, custom);
    if (style === 'set') {
      return [...new Set([...live, ...applied])];
    }
    if (style !== 'atomic') {
      const byKey = new Map(live.map(item => [itemKey(item, style), item]));
      // The applied order first, then what others have added.
      const merged = applied.map(item => {
        const key = itemKey(item, style);
        const liveItem = byKey.get(key);
        byKey.delete(key);
        return liveItem === undefined
          ? item
          : merge(liveItem, item, path.concat('[]'), custom);
      });
      return [...merged, ...byKey.values()];
    }
  }
  return applied;
}

function withoutNulls(value: any): any {
  if (Array.isArray(value)) {
    return value.map(withoutNulls);
  }
  if (isMap(value)) {
    return Object.fromEntries(
      Object.entries(value)
        .filter(([, child]) => child !== null && child !== undefined)
        .map(([name, child]) => [name, withoutNulls(child)]),
    );
  }
  return value;
}

/**
 * Server-side apply: merges what is applied into the live object, removes what this manager applied
 * before and has dropped, unless another manager owns it too, and refuses to change what others own
 * unless forced.
 */
export function applyFields(
  type: ResourceType,
  live: KubernetesObject | undefined,
  config: KubernetesObject,
  options: { manager: string; force: boolean; subresource?: string },
): KubernetesObject {
  const applied = withoutNulls(config) as KubernetesObject;
  delete applied.metadata.managedFields;
  const fields = fieldsOf(applied, type.custom);
  const wanted = {
    manager: options.manager,
    operation: 'Apply' as const,
    subresource: options.subresource,
    apiVersion: apiVersionOf(type),
  };
  if (!live) {
    const owner = { ...wanted, time: now(), keys: new Set(fields.keys()) };
    return withOwners(applied, [owner]);
  }

  const owners = ownersOf(live);
  const own = findOwner(owners, wanted);
  const others = owners.filter(owner => owner !== own);
  const liveFields = fieldsOf(live, type.custom);

  const conflicts: { key: string; owner: Owner }[] = [];
  for (const [key, value] of fields) {
    if (liveFields.has(key) && !isDeepStrictEqual(liveFields.get(key), value)) {
      for (const owner of others.filter(other => other.keys.has(key))) {
        conflicts.push({ key, owner });
      }
    }
  }
  if (conflicts.length && !options.force) {
    throw conflictError(conflicts);
  }
  conflicts.forEach(({ key, owner }) => owner.keys.delete(key));

  const merged = copyJson(
    merge(live, applied, [], type.custom),
  ) as KubernetesObject;
  const dropped = [...own.keys].filter(key => !fields.has(key));
  const kept = [...others.flatMap(other => [...other.keys]), ...fields.keys()];
  for (const key of dropped) {
    const owned = kept.some(
      other =>
        other === key || other.startsWith(`${key.replace(/\n\.$/, '')}\n`),
    );
    if (!owned) {
      removeField(merged, key);
    }
  }
  const unchanged =
    own.keys.size === fields.size &&
    [...fields.keys()].every(key => own.keys.has(key));
  own.keys = new Set(fields.keys());
  if (
    !unchanged ||
    !isDeepStrictEqual(fieldsOf(merged, type.custom), liveFields)
  ) {
    own.time = now();
  }
  return withOwners(merged, owners);
}

function conflictError(
  conflicts: { key: string; owner: Owner }[],
): StatusError {
  const causes = conflicts.map(({ key, owner }) => {
    const via = owner.subresource
      ? ` with subresource "${owner.subresource}"`
      : '';
    const using =
      owner.operation === 'Update'
        ? ` using ${owner.apiVersion} at ${owner.time}`
        : '';
    return {
      reason: 'FieldManagerConflict',
      message: `conflict with "${owner.manager}"${via}${using}`,
      field: describeKey(key),
    };
  });
  const groups = new Map<string, string[]>();
  for (const cause of causes) {
    groups.set(cause.message, [
      ...(groups.get(cause.message) ?? []),
      cause.field,
    ]);
  }
  const text = [...groups]
    .map(([message, keys]) =>
      keys.length === 1
        ? `${message}: ${keys[0]}`
        : `${message.replace(/^conflict/, 'conflicts')}:\n${keys
            .map(key => `- ${key}`)
            .join('\n')}`,
    )
    .join('\n');
  return new StatusError(
    409,
    'Conflict',
    `Apply failed with ${causes.length} conflict${
      causes.length === 1 ? '' : 's'
    }: ${text}`,
    { causes },
  );
}
