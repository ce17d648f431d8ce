import { applyPatch } from 'rfc6902';
import { parse } from 'yaml';
import type { KubernetesObject } from '../../client';
import { KustomizeBuildError } from './errors';
import { parseDocuments } from './parse';
import { isBuiltIn, matches, Target } from './resource';
import { strategicMerge } from './strategicMerge';

export interface Patch {
  patch?: string;
  path?: string;
  target?: Target;
  options?: { allowNameChange?: boolean; allowKindChange?: boolean };
}

function jsonPatch(
  object: KubernetesObject,
  operations: any[],
  where: string,
): KubernetesObject {
  const result = structuredClone(object);
  const error = applyPatch(result, operations).find(Boolean);
  if (error) {
    throw new KustomizeBuildError(
      `${where}: error applying patch to ${object.kind} ${object.metadata.name}: ${error.message}`,
    );
  }
  return result;
}

function mergePatch(
  object: KubernetesObject,
  patch: KubernetesObject,
  options: Patch['options'],
): KubernetesObject {
  const merged = strategicMerge<KubernetesObject>(
    object,
    patch,
    isBuiltIn(object.apiVersion),
  );
  return {
    ...merged,
    apiVersion: object.apiVersion,
    kind: options?.allowKindChange ? merged.kind : object.kind,
    metadata: {
      ...merged.metadata,
      name: options?.allowNameChange
        ? merged.metadata.name
        : object.metadata.name,
    },
  };
}

/** Applies one entry of `patches`; `text` is the patch, wherever it was written. */
export function applyKustomizePatch(
  objects: KubernetesObject[],
  text: string,
  { target, options }: Patch,
  where: string,
): KubernetesObject[] {
  const first = parseDocuments(text, where)[0];
  if (Array.isArray(first)) {
    if (!target) {
      throw new KustomizeBuildError(
        `${where}: must specify a target for JSON patch [${text.trim()}]`,
      );
    }
    return objects.map(object =>
      matches(object, target)
        ? jsonPatch(object, parse(text) as any[], where)
        : object,
    );
  }
  return (parseDocuments(text, where) as KubernetesObject[]).reduce(
    (all, patch) => applyMerge(all, patch, target, options, where),
    objects,
  );
}

function applyMerge(
  objects: KubernetesObject[],
  patch: KubernetesObject,
  target: Target | undefined,
  options: Patch['options'],
  where: string,
): KubernetesObject[] {
  const isMeant = (object: KubernetesObject) =>
    target
      ? matches(object, target)
      : object.kind === patch.kind &&
        object.apiVersion === patch.apiVersion &&
        object.metadata.name === patch.metadata?.name &&
        (!patch.metadata.namespace ||
          object.metadata.namespace === patch.metadata.namespace);
  if (!target && !objects.some(isMeant)) {
    throw new KustomizeBuildError(
      `${where}: no resource matches strategic merge patch "${patch.kind}.${
        patch.apiVersion
      }/${patch.metadata?.name}.${
        patch.metadata?.namespace ?? '[noNs]'
      }": no matches for Id`,
    );
  }
  return objects.flatMap(object => {
    if (!isMeant(object)) {
      return [object];
    }
    return (patch as { $patch?: string }).$patch === 'delete'
      ? []
      : [mergePatch(object, patch, options)];
  });
}
