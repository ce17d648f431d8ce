import { posix } from 'node:path';
import type { KubernetesObject } from '../../client';
import {
  ConfigMapArgs,
  generateConfigMap,
  GeneratorOptions,
} from './configMapGenerator';
import { KustomizeBuildError, notSupported } from './errors';
import { ImageOverride, setImages } from './images';
import { affixNames, renameReferences, Renaming } from './names';
import { parseDocuments, parseObjects } from './parse';
import { applyKustomizePatch, Patch } from './patches';
import type { Files } from './resource';
import {
  addAnnotations,
  addLabels,
  LabelsEntry,
  setNamespace,
  setReplicas,
} from './transformers';

/** What the sandbox takes from a kustomization.yaml. */
export interface KustomizationFile {
  apiVersion?: string;
  kind?: string;
  metadata?: unknown;
  resources?: string[];
  namespace?: string;
  namePrefix?: string;
  nameSuffix?: string;
  images?: ImageOverride[];
  labels?: LabelsEntry[];
  commonLabels?: Record<string, string>;
  commonAnnotations?: Record<string, string>;
  configMapGenerator?: ConfigMapArgs[];
  generatorOptions?: GeneratorOptions;
  patches?: Patch[];
  replicas?: { name: string; count: number }[];
}

const FIELDS = [
  'apiVersion',
  'kind',
  'metadata',
  'resources',
  'namespace',
  'namePrefix',
  'nameSuffix',
  'images',
  'labels',
  'commonLabels',
  'commonAnnotations',
  'configMapGenerator',
  'generatorOptions',
  'patches',
  'replicas',
];

const FILE_NAMES = ['kustomization.yaml', 'kustomization.yml', 'Kustomization'];

/** Where a build looks: the files, and how the root of the artifact is called in messages. */
export interface BuildContext {
  files: Files;
  root: string;
}

/** The directory's kustomization file, if it has one. */
export function kustomizationFileIn(
  files: Files,
  directory: string,
): string | undefined {
  return FILE_NAMES.map(name => posix.join(directory, name)).find(path =>
    files.has(path),
  );
}

/** Whether anything is below the directory; '.' is the root of the artifact. */
export function isDirectory(files: Files, directory: string): boolean {
  return (
    directory === '.' ||
    [...files.keys()].some(path => path.startsWith(`${directory}/`))
  );
}

function inside(base: string, entry: string, context: BuildContext): string {
  const path = posix.normalize(posix.join(base, entry));
  if (
    posix.isAbsolute(entry) ||
    path === '..' ||
    path.startsWith('../') ||
    entry.includes('\0')
  ) {
    throw new KustomizeBuildError(
      `security; file '${entry}' is not in or below '${context.root}'`,
    );
  }
  return path.replace(/\/$/, '') || '.';
}

function read(
  base: string,
  entry: string,
  context: BuildContext,
): { path: string; text: string } {
  const path = inside(base, entry, context);
  const text = context.files.get(path);
  if (text === undefined) {
    const full = posix.join(context.root, path);
    throw new KustomizeBuildError(`open ${full}: no such file or directory`);
  }
  return { path, text };
}

function accumulate(
  directory: string,
  entry: string,
  context: BuildContext,
  visited: string[],
): KubernetesObject[] {
  if (/^[a-z+]+:\/\/|^git@|^github\.com\//.test(entry)) {
    notSupported(`the remote resource ${entry}`, directory);
  }
  const path = inside(directory, entry, context);
  const from = `accumulating resources from '${entry}'`;
  if (context.files.has(path)) {
    const full = posix.join(context.root, path);
    try {
      return parseObjects(context.files.get(path) ?? '', full);
    } catch (error) {
      throw new KustomizeBuildError(
        `accumulating resources: accumulation err='${from}': ${
          (error as Error).message
        }`,
      );
    }
  }
  if (!isDirectory(context.files, path)) {
    const full = posix.join(context.root, path);
    throw new KustomizeBuildError(
      `accumulating resources: accumulation err='${from}: open ${full}: no such file or directory': must build at directory: not a valid directory: evalsymlink failure on '${full}' : lstat ${full}: no such file or directory`,
    );
  }
  try {
    return buildDirectory(path, context, visited);
  } catch (error) {
    throw new KustomizeBuildError(
      `accumulating resources: accumulation err='${from}: read ${posix.join(
        context.root,
        path,
      )}: is a directory': recursed accumulation of path '${posix.join(
        context.root,
        path,
      )}': ${(error as Error).message}`,
    );
  }
}

/** Builds a directory that has a kustomization file. */
export function buildDirectory(
  directory: string,
  context: BuildContext,
  visited: string[] = [],
): KubernetesObject[] {
  const full = posix.join(context.root, directory);
  if (visited.includes(directory)) {
    throw new KustomizeBuildError(
      `cycle detected: candidate root '${full}' contains visited root`,
    );
  }
  const file = kustomizationFileIn(context.files, directory);
  if (!file) {
    throw new KustomizeBuildError(
      `unable to find one of 'kustomization.yaml', 'kustomization.yml' or 'Kustomization' in directory '${full}'`,
    );
  }
  const [content = {}] = parseDocuments(
    context.files.get(file) ?? '',
    posix.join(context.root, file),
  ) as KustomizationFile[];
  return buildKustomization(content, directory, context, [
    ...visited,
    directory,
  ]);
}

/** Builds what a kustomization says; it need not be in a file. */
export function buildKustomization(
  content: KustomizationFile,
  directory: string,
  context: BuildContext,
  visited: string[] = [],
): KubernetesObject[] {
  const where = posix.join(context.root, directory);
  const unknown = Object.keys(content).find(key => !FIELDS.includes(key));
  if (unknown) {
    notSupported(unknown, posix.join(where, 'kustomization.yaml'));
  }
  let objects = (content.resources ?? []).flatMap(entry =>
    accumulate(directory, entry, context, visited),
  );
  assertUnique(objects);

  const generated: Renaming[] = [];
  for (const args of content.configMapGenerator ?? []) {
    const { object, from } = generateConfigMap(
      args,
      content.generatorOptions ?? {},
      path => read(directory, path, context).text,
    );
    objects.push(object);
    generated.push({ kind: 'ConfigMap', from, to: object.metadata.name });
  }
  objects = renameReferences(objects, generated);

  for (const patch of content.patches ?? []) {
    const text =
      patch.patch ??
      (patch.path ? read(directory, patch.path, context).text : '');
    objects = applyKustomizePatch(objects, text, patch, where);
  }
  if (content.namespace) {
    objects = setNamespace(objects, content.namespace);
  }
  if (content.namePrefix || content.nameSuffix) {
    objects = affixNames(
      objects,
      content.namePrefix ?? '',
      content.nameSuffix ?? '',
    );
  }
  const labels: LabelsEntry[] = [
    ...(content.labels ?? []),
    ...(content.commonLabels
      ? [{ pairs: content.commonLabels, includeSelectors: true }]
      : []),
  ];
  for (const entry of labels) {
    objects = objects.map(object => addLabels(object, entry));
  }
  const annotations = content.commonAnnotations;
  if (annotations) {
    objects = objects.map(object => addAnnotations(object, annotations));
  }
  return objects
    .map(object => setReplicas(object, content.replicas ?? []))
    .map(object => setImages(object, content.images ?? []));
}

function assertUnique(objects: KubernetesObject[]) {
  const seen = new Set<string>();
  for (const { apiVersion, kind, metadata } of objects) {
    const id = `${kind}.${apiVersion}/${metadata.name}.${
      metadata.namespace ?? '[noNs]'
    }`;
    if (seen.has(id)) {
      throw new KustomizeBuildError(
        `may not add resource with an already registered id: ${id}`,
      );
    }
    seen.add(id);
  }
}
