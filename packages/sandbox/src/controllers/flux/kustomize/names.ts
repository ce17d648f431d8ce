import type { KubernetesObject } from '../../client';

/** Old and new name of an object whose name a build changed. */
export interface Renaming {
  kind: string;
  from: string;
  to: string;
}

/** Fields that hold the name of another object: where it is, and what kind it names. */
const REFERENCES: { field: string; nameIn: string; kind: string }[] = [
  { field: 'configMap', nameIn: 'name', kind: 'ConfigMap' },
  { field: 'configMapRef', nameIn: 'name', kind: 'ConfigMap' },
  { field: 'configMapKeyRef', nameIn: 'name', kind: 'ConfigMap' },
  { field: 'secret', nameIn: 'secretName', kind: 'Secret' },
  { field: 'secret', nameIn: 'name', kind: 'Secret' },
  { field: 'secretRef', nameIn: 'name', kind: 'Secret' },
  { field: 'secretKeyRef', nameIn: 'name', kind: 'Secret' },
  {
    field: 'persistentVolumeClaim',
    nameIn: 'claimName',
    kind: 'PersistentVolumeClaim',
  },
  { field: 'service', nameIn: 'name', kind: 'Service' },
];

function rename(
  value: any,
  renamings: Renaming[],
  field: string | undefined,
): any {
  if (Array.isArray(value)) {
    return value.map(item => rename(item, renamings, field));
  }
  if (!value || typeof value !== 'object') {
    return value;
  }
  const result: any = {};
  for (const [key, child] of Object.entries<any>(value)) {
    const kind =
      REFERENCES.find(ref => ref.field === field && ref.nameIn === key)?.kind ??
      (key === 'serviceAccountName' ? 'ServiceAccount' : undefined) ??
      // References that say their kind: role bindings' subjects and roles, scale targets.
      (key === 'name' &&
      ['subjects', 'roleRef', 'scaleTargetRef'].includes(field ?? '')
        ? value.kind
        : undefined);
    const renaming =
      typeof child === 'string' && kind
        ? renamings.find(entry => entry.kind === kind && entry.from === child)
        : undefined;
    result[key] = renaming ? renaming.to : rename(child, renamings, key);
  }
  return result;
}

/** Follows renamed objects in everything that refers to them. */
export function renameReferences(
  objects: KubernetesObject[],
  renamings: Renaming[],
): KubernetesObject[] {
  return renamings.length === 0
    ? objects
    : objects.map(object => ({
        ...rename(object, renamings, undefined),
        metadata: object.metadata,
      }));
}

/** Puts a prefix and a suffix on every name that kustomize would change. */
export function affixNames(
  objects: KubernetesObject[],
  prefix: string,
  suffix: string,
): KubernetesObject[] {
  const renamings: Renaming[] = [];
  const renamed = objects.map(object => {
    if (
      ['Namespace', 'CustomResourceDefinition', 'APIService'].includes(
        object.kind,
      )
    ) {
      return object;
    }
    const { name } = object.metadata;
    const to = `${prefix}${name}${suffix}`;
    renamings.push({ kind: object.kind, from: name, to });
    return { ...object, metadata: { ...object.metadata, name: to } };
  });
  return renameReferences(renamed, renamings);
}
