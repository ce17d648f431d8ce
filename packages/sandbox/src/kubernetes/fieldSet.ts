/**
 * The fields of an object as server-side apply counts them: one entry a leaf, its key the path in
 * the notation of `managedFields` (`f:spec`, `k:{"name":"web"}`, `v:"a finalizer"`), its value the
 * leaf's value. List items that have a key of their own add an entry that ends in `.`.
 */
export type FieldSet = Map<string, unknown>;

const SEPARATOR = '\n';

/** Lists that merge by key in the built-in kinds. What is not here is replaced as a whole. */
const LIST_KEYS: Record<string, string[]> = {
  containers: ['name'],
  initContainers: ['name'],
  ephemeralContainers: ['name'],
  volumes: ['name'],
  env: ['name'],
  imagePullSecrets: ['name'],
  volumeMounts: ['mountPath'],
  volumeDevices: ['devicePath'],
  hostAliases: ['ip'],
  conditions: ['type'],
};

const ATOMIC_MAPS = new Set([
  'selector',
  'nodeSelector',
  'configMapKeyRef',
  'secretKeyRef',
  'fieldRef',
  'resourceFieldRef',
]);

const UNOWNED = new Set([
  'apiVersion',
  'kind',
  'metadata.name',
  'metadata.namespace',
  'metadata.uid',
  'metadata.resourceVersion',
  'metadata.generation',
  'metadata.creationTimestamp',
  'metadata.deletionTimestamp',
  'metadata.deletionGracePeriodSeconds',
  'metadata.generateName',
  'metadata.managedFields',
  'metadata.selfLink',
]);

export type ListStyle = 'atomic' | 'set' | string[];

/** How a list merges, judged by where it is. Custom kinds of ours declare no list maps. */
export function listStyle(path: string[], custom: boolean): ListStyle {
  const name = path[path.length - 1];
  if (path[0] === 'metadata') {
    if (name === 'ownerReferences') {
      return ['uid'];
    }
    return name === 'finalizers' ? 'set' : 'atomic';
  }
  if (custom) {
    return 'atomic';
  }
  if (name === 'ports') {
    const inContainer = path.some(part => /ontainers$/.test(part));
    if (inContainer) {
      return ['containerPort', 'protocol'];
    }
    return path[0] === 'spec' && path.length === 2
      ? ['port', 'protocol']
      : 'atomic';
  }
  return LIST_KEYS[name] ?? 'atomic';
}

export function isAtomicMap(path: string[], custom: boolean): boolean {
  return !custom && ATOMIC_MAPS.has(path[path.length - 1]);
}

export const isMap = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The key of a list item, e.g. `k:{"name":"web"}`. */
export function itemKey(item: any, style: string[]): string {
  const key = Object.fromEntries(
    style.map(field => [
      field,
      item?.[field] ?? (field === 'protocol' ? 'TCP' : null),
    ]),
  );
  return `k:${JSON.stringify(key)}`;
}

/** Every field of an object that can have an owner. */
export function fieldsOf(object: unknown, custom: boolean): FieldSet {
  const fields: FieldSet = new Map();

  const visit = (value: unknown, path: string[], keys: string[]) => {
    const key = keys.join(SEPARATOR);
    if (isMap(value)) {
      const entries = Object.entries(value).filter(
        ([, child]) => child !== undefined,
      );
      if (isAtomicMap(path, custom) || (!entries.length && path.length)) {
        fields.set(key, value);
        return;
      }
      for (const [name, child] of entries) {
        const childPath = [...path, name];
        if (childPath.length > 2 || !UNOWNED.has(childPath.join('.'))) {
          visit(child, childPath, [...keys, `f:${name}`]);
        }
      }
      return;
    }
    if (Array.isArray(value)) {
      const style = listStyle(path, custom);
      if (style === 'set') {
        for (const item of value) {
          fields.set([...keys, `v:${JSON.stringify(item)}`].join(SEPARATOR), 1);
        }
        return;
      }
      if (style !== 'atomic' && value.length) {
        for (const item of value) {
          const itemKeys = [...keys, itemKey(item, style)];
          fields.set([...itemKeys, '.'].join(SEPARATOR), true);
          visit(item, path.concat('[]'), itemKeys);
        }
        return;
      }
    }
    fields.set(key, value);
  };

  visit(object, [], []);
  return fields;
}

type FieldsV1 = { [key: string]: FieldsV1 };

export function toFieldsV1(keys: Iterable<string>): FieldsV1 {
  const root: FieldsV1 = {};
  for (const key of keys) {
    let node = root;
    for (const part of key.split(SEPARATOR)) {
      node[part] ??= {};
      node = node[part];
    }
  }
  return root;
}

export function fromFieldsV1(fields: FieldsV1 | undefined): Set<string> {
  const keys = new Set<string>();
  const visit = (node: FieldsV1, path: string[]) => {
    const children = Object.entries(node);
    if (!children.length && path.length) {
      keys.add(path.join(SEPARATOR));
    }
    for (const [part, child] of children) {
      visit(child, [...path, part]);
    }
  };
  visit(fields ?? {}, []);
  return keys;
}

/** `.spec.containers[name="web"].image`, as conflicts and type errors name a field. */
export function describeKey(key: string): string {
  return key
    .split(SEPARATOR)
    .filter(part => part !== '.')
    .map(part => {
      if (part.startsWith('k:')) {
        const entries = Object.entries(JSON.parse(part.slice(2)));
        return `[${entries
          .map(([name, value]) => `${name}=${JSON.stringify(value)}`)
          .join(',')}]`;
      }
      return part.startsWith('v:') ? `[${part}]` : `.${part.slice(2)}`;
    })
    .join('');
}

/** Removes what a key names, and the maps that are empty without it. */
export function removeField(object: any, key: string): void {
  const parts = key.split(SEPARATOR);
  if (parts[parts.length - 1] === '.') {
    parts.pop();
  }

  const remove = (node: any, index: number): boolean => {
    const part = parts[index];
    const last = index === parts.length - 1;
    if (Array.isArray(node)) {
      const found = node.findIndex(item =>
        part.startsWith('v:')
          ? JSON.stringify(item) === part.slice(2)
          : itemKey(item, Object.keys(JSON.parse(part.slice(2)))) === part,
      );
      if (found < 0) {
        return false;
      }
      if (last) {
        node.splice(found, 1);
      } else {
        remove(node[found], index + 1);
      }
      return !node.length;
    }
    const name = part.slice(2);
    if (!isMap(node) || !(name in node)) {
      return false;
    }
    if (last || remove(node[name], index + 1)) {
      delete node[name];
    }
    return !Object.keys(node).length;
  };

  remove(object, 0);
}
