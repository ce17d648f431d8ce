type Json = unknown;
type JsonObject = Record<string, Json>;

/** The key by which the items of a list merge, for the fields where Kubernetes has one. */
const MERGE_KEYS: Record<string, string[]> = {
  containers: ['name'],
  initContainers: ['name'],
  ephemeralContainers: ['name'],
  volumes: ['name'],
  env: ['name'],
  imagePullSecrets: ['name'],
  secrets: ['name'],
  volumeMounts: ['mountPath'],
  volumeDevices: ['devicePath'],
  ports: ['containerPort', 'port'],
  hostAliases: ['ip'],
  topologySpreadConstraints: ['topologyKey'],
  ownerReferences: ['uid'],
};

function isObject(value: Json): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function mergeKey(field: string, items: Json[]): string | undefined {
  return MERGE_KEYS[field]?.find(key =>
    items.every(item => isObject(item) && (key in item || '$patch' in item)),
  );
}

function mergeLists(
  base: Json[],
  patch: Json[],
  field: string,
  byKey: boolean,
): Json[] {
  const key = byKey ? mergeKey(field, [...base, ...patch]) : undefined;
  if (!key) {
    return patch;
  }
  if (patch.some(item => isObject(item) && item.$patch === 'replace')) {
    return patch.filter(item => !(isObject(item) && item.$patch === 'replace'));
  }
  const result = [...base] as JsonObject[];
  const added: JsonObject[] = [];
  for (const item of patch as JsonObject[]) {
    const at = result.findIndex(other => other[key] === item[key]);
    if (item.$patch === 'delete') {
      if (at >= 0) {
        result.splice(at, 1);
      }
    } else if (at >= 0) {
      result[at] = strategicMerge(result[at], item, byKey);
    } else {
      added.push(item);
    }
  }
  // kustomize puts what a patch brings before what was there.
  return [...added, ...result];
}

/**
 * A strategic merge patch. `byKey` is for types that Kubernetes knows; lists of other types are
 * replaced, as in a JSON merge patch.
 */
export function strategicMerge<T extends JsonObject>(
  base: T,
  patch: JsonObject,
  byKey: boolean,
): T {
  if (patch.$patch === 'replace') {
    const { $patch, ...rest } = patch;
    return rest as T;
  }
  const result: JsonObject = { ...base };
  for (const [field, value] of Object.entries(patch)) {
    const before = result[field];
    if (field === '$patch') {
      continue;
    } else if (
      value === null ||
      (isObject(value) && value.$patch === 'delete')
    ) {
      delete result[field];
    } else if (Array.isArray(value) && Array.isArray(before)) {
      result[field] = mergeLists(before, value, field, byKey);
    } else if (isObject(value) && isObject(before)) {
      result[field] = strategicMerge(before, value, byKey);
    } else {
      result[field] = value;
    }
  }
  return result as T;
}
