import { parseAllDocuments } from 'yaml';
import type { KubernetesObject } from '../../client';
import { KustomizeBuildError } from './errors';

/**
 * The objects of a YAML file. Lists are taken apart, empty documents dropped.
 *
 * @throws with the position of the first mistake, when it is not YAML or not Kubernetes objects.
 */
export function parseObjects(text: string, where: string): KubernetesObject[] {
  return parseDocuments(text, where).flatMap(value => {
    if (!value || typeof value !== 'object' || Array.isArray(value)) {
      throw new KustomizeBuildError(
        `${where}: json: cannot unmarshal ${
          Array.isArray(value) ? 'array' : typeof value
        } into Go value of type map[string]interface {}`,
      );
    }
    const object = value as KubernetesObject;
    if (object.kind === 'List' && Array.isArray(object.items)) {
      return object.items as KubernetesObject[];
    }
    if (!object.kind) {
      throw new KustomizeBuildError(
        `${where}: Object 'Kind' is missing in '${JSON.stringify(object)}'`,
      );
    }
    if (!object.apiVersion) {
      throw new KustomizeBuildError(
        `${where}: Object 'apiVersion' is missing in '${JSON.stringify(
          object,
        )}'`,
      );
    }
    if (typeof object.metadata?.name !== 'string') {
      throw new KustomizeBuildError(
        `${where}: missing metadata.name in object {${object.apiVersion} ${object.kind}}`,
      );
    }
    return [object];
  });
}

/** The documents of a YAML file as plain data. */
export function parseDocuments(text: string, where: string): unknown[] {
  const documents = parseAllDocuments(text, { merge: true });
  if (!Array.isArray(documents)) {
    return [];
  }
  return documents.flatMap(document => {
    const error = document.errors[0];
    if (error) {
      const line = error.linePos?.[0].line ?? 0;
      throw new KustomizeBuildError(
        `${where}: error converting YAML to JSON: yaml: line ${line}: ${
          error.message.split(' at line ')[0]
        }`,
      );
    }
    const value = document.toJS({ maxAliasCount: 100 });
    return value === null || value === undefined ? [] : [value];
  });
}
