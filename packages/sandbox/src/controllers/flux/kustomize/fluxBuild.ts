import { posix } from 'node:path';
import { parse } from 'yaml';
import type { KubernetesObject } from '../../client';
import {
  BuildContext,
  buildKustomization,
  isDirectory,
  kustomizationFileIn,
  KustomizationFile,
} from './build';
import { KustomizeBuildError } from './errors';
import { parseDocuments, parseObjects } from './parse';
import type { Files } from './resource';

/** The fields of a Flux Kustomization's spec that change what is built. */
export interface FluxBuildSpec {
  path?: string;
  targetNamespace?: string;
  namePrefix?: string;
  nameSuffix?: string;
  images?: KustomizationFile['images'];
  patches?: KustomizationFile['patches'];
  commonMetadata?: {
    labels?: Record<string, string>;
    annotations?: Record<string, string>;
  };
}

/** The path that a Kustomization names, inside the artifact. */
export class PathNotFoundError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'PathNotFoundError';
  }
}

/**
 * Resolves `spec.path`; a path that would leave the artifact stays inside it, as with Flux's
 * secure join.
 */
export function resolvePath(
  files: Files,
  path: string | undefined,
  root: string,
): string {
  const directory =
    posix.join('/', path ?? '.').replace(/^\/+|\/+$/g, '') || '.';
  const full = posix.join(root, directory);
  if (files.has(directory)) {
    throw new PathNotFoundError(
      `kustomization path not found: path is not a directory: ${full}`,
    );
  }
  if (!isDirectory(files, directory)) {
    throw new PathNotFoundError(
      `kustomization path not found: stat ${full}: no such file or directory`,
    );
  }
  return directory;
}

/** The resources of a directory without a kustomization file: every YAML file below it. */
function generateResources(
  directory: string,
  { files, root }: BuildContext,
): string[] {
  const resources = new Set<string>();
  const below = [...files.keys()]
    .filter(path => directory === '.' || path.startsWith(`${directory}/`))
    .sort();
  for (const path of below) {
    const relative = posix.relative(directory, path);
    const parents = relative
      .split('/')
      .slice(0, -1)
      .map((_, index, all) => all.slice(0, index + 1).join('/'));
    const owner = parents.find(parent =>
      kustomizationFileIn(files, posix.join(directory, parent)),
    );
    if (owner) {
      resources.add(owner);
    } else if (/\.ya?ml$/.test(relative)) {
      try {
        parseObjects(files.get(path) ?? '', '');
      } catch (error) {
        throw new KustomizeBuildError(
          `failed to decode Kubernetes YAML from ${posix.join(root, path)}: ${(
            error as Error
          ).message.replace(/^: /, '')}`,
        );
      }
      resources.add(relative);
    }
  }
  return [...resources];
}

/** Builds a path of an artifact as a Flux Kustomization does. */
export function fluxBuild(
  context: BuildContext,
  directory: string,
  spec: FluxBuildSpec,
): KubernetesObject[] {
  const { files, root } = context;
  const file = kustomizationFileIn(files, directory);
  const [content = {}] = file
    ? (parseDocuments(
        files.get(file) ?? '',
        posix.join(root, file),
      ) as KustomizationFile[])
    : [{ resources: generateResources(directory, context) }];
  const built = buildKustomization(
    {
      ...content,
      namespace: spec.targetNamespace || content.namespace,
      namePrefix: spec.namePrefix || content.namePrefix,
      nameSuffix: spec.nameSuffix || content.nameSuffix,
      patches: [...(content.patches ?? []), ...(spec.patches ?? [])],
      images: [
        ...(content.images ?? []).filter(
          image => !spec.images?.some(other => other.name === image.name),
        ),
        ...(spec.images ?? []),
      ],
    },
    directory,
    context,
    [directory],
  );
  const { labels, annotations } = spec.commonMetadata ?? {};
  return built.map(object => ({
    ...object,
    metadata: {
      ...object.metadata,
      ...(labels ? { labels: { ...object.metadata.labels, ...labels } } : {}),
      ...(annotations
        ? { annotations: { ...object.metadata.annotations, ...annotations } }
        : {}),
    },
  }));
}

const DISABLED = 'kustomize.toolkit.fluxcd.io/substitute';
const VARIABLE = /\$\$|\$\{([_a-zA-Z][_a-zA-Z0-9]*)(?:(:=|:-|=|-)([^{}]*))?\}/g;

/** Replaces `${var}`, `${var:=default}`; what is not given and has no default becomes empty. */
export function substitute(
  object: KubernetesObject,
  variables: Record<string, string>,
): KubernetesObject {
  const { labels, annotations } = object.metadata;
  if (
    labels?.[DISABLED] === 'disabled' ||
    annotations?.[DISABLED] === 'disabled'
  ) {
    return object;
  }
  const walk = (value: any): any => {
    if (typeof value === 'string') {
      if (!value.includes('$')) {
        return value;
      }
      const replaced = value.replace(
        VARIABLE,
        (all, name, _operator, fallback) =>
          all === '$$' ? '$' : variables[name] || (fallback ?? ''),
      );
      // A whole value takes the type that it has in YAML, as it is replaced in the text.
      return replaced !== value && /^\$\{[^{}]*\}$/.test(value)
        ? asYaml(replaced)
        : replaced;
    }
    if (Array.isArray(value)) {
      return value.map(walk);
    }
    return value && typeof value === 'object'
      ? Object.fromEntries(
          Object.entries(value).map(([key, child]) => [key, walk(child)]),
        )
      : value;
  };
  const result = walk(object);
  for (const field of ['labels', 'annotations'] as const) {
    const values = result.metadata[field];
    if (values) {
      result.metadata[field] = Object.fromEntries(
        Object.entries(values).map(([key, value]) => [key, String(value)]),
      );
    }
  }
  return result;
}

function asYaml(text: string): unknown {
  const value = parse(text);
  return typeof value === 'number' || typeof value === 'boolean' ? value : text;
}
