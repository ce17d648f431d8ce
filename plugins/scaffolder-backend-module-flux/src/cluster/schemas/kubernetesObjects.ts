import { YamlDocument } from '../readDocuments';
import type { KubernetesObject } from './ClusterSchemas';

/** An object of a YAML file. */
export interface FoundObject {
  object: KubernetesObject;
  file: string;
  /** For messages, e.g. `deploy/app/all.yaml, document 2 (Service orders)`. */
  where: string;
  patch: boolean;
}

const isRecord = (value: unknown): value is Record<string, any> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Says which document; the first one of several, too. */
function placeOf({ file, number, count }: YamlDocument): string {
  return count > 1 ? `${file}, document ${number}` : file;
}

/**
 * Picks the Kubernetes objects, those in a List too, and leaves out what kustomize itself reads and what is
 * none, e.g. the values of a chart. Also tells of documents that should be objects but can’t be.
 */
export function kubernetesObjects(documents: YamlDocument[]): {
  objects: FoundObject[];
  problems: string[];
} {
  const objects: FoundObject[] = [];
  const problems: string[] = [];

  const visit = (content: unknown, place: string, document: YamlDocument) => {
    if (!isRecord(content)) {
      return;
    }
    const { apiVersion, kind, metadata, items } = content;
    if (typeof apiVersion !== 'string' || typeof kind !== 'string') {
      const half = apiVersion !== undefined || isRecord(metadata);
      if (half && kind !== undefined) {
        problems.push(`${place}: apiVersion and kind have to be texts`);
      }
      return;
    }
    if (/^(kustomize\.config|config)\.k(ubernetes|8s)\.io\//.test(apiVersion)) {
      return;
    }
    if (apiVersion === 'v1' && kind === 'List') {
      (Array.isArray(items) ? items : []).forEach((item, index) =>
        visit(item, `${place}, items[${index}]`, document),
      );
      return;
    }
    const name = metadata?.name;
    if (typeof name !== 'string' && !document.patch) {
      problems.push(`${place} (${kind}): metadata.name: is missing`);
    }
    objects.push({
      object: { ...content, apiVersion, kind },
      file: document.file,
      where: `${place} (${kind}${typeof name === 'string' ? ` ${name}` : ''})`,
      patch: document.patch,
    });
  };

  for (const document of documents) {
    const place = placeOf(document);
    if (document.problem) {
      problems.push(`${place}: ${document.problem}`);
    } else {
      visit(document.content, place, document);
    }
  }
  return { objects, problems };
}
