import { createHash } from 'node:crypto';
import { posix } from 'node:path';
import type { KubernetesObject } from '../../client';
import { KustomizeBuildError, notSupported } from './errors';

/** An entry of `configMapGenerator`. */
export interface ConfigMapArgs {
  name: string;
  namespace?: string;
  literals?: string[];
  files?: string[];
  options?: GeneratorOptions;
}

export interface GeneratorOptions {
  disableNameSuffixHash?: boolean;
  labels?: Record<string, string>;
  annotations?: Record<string, string>;
  immutable?: boolean;
}

const KNOWN = ['name', 'namespace', 'literals', 'files', 'options', 'behavior'];

/**
 * kustomize's name suffix: ten characters of a hash in which the letters that could spell a word
 * are exchanged.
 */
function suffixOf(name: string, data: Record<string, string>): string {
  const sorted = Object.fromEntries(
    Object.keys(data)
      .sort()
      .map(key => [key, data[key]]),
  );
  const exchanged: Record<string, string> = {
    '0': 'g',
    '1': 'h',
    '3': 'k',
    a: 'm',
    e: 't',
  };
  return createHash('sha256')
    .update(JSON.stringify({ data: sorted, kind: 'ConfigMap', name }))
    .digest('hex')
    .slice(0, 10)
    .replace(/[013ae]/g, character => exchanged[character]);
}

/** A generated ConfigMap, and its name before the hash was put on. */
export function generateConfigMap(
  args: ConfigMapArgs,
  defaults: GeneratorOptions,
  readFile: (path: string) => string,
): { object: KubernetesObject; from: string } {
  const unknown = Object.keys(args).find(key => !KNOWN.includes(key));
  if (unknown || ((args as any).behavior ?? 'create') !== 'create') {
    notSupported(unknown ?? 'behavior', `configMapGenerator ${args.name}`);
  }
  const data: Record<string, string> = {};
  for (const literal of args.literals ?? []) {
    const at = literal.indexOf('=');
    if (at < 1) {
      throw new KustomizeBuildError(
        `invalid literal source ${literal}, expected key=value`,
      );
    }
    data[literal.slice(0, at)] = literal
      .slice(at + 1)
      .replace(/^(['"])(.*)\1$/s, '$2');
  }
  for (const source of args.files ?? []) {
    const at = source.indexOf('=');
    const path = source.slice(at + 1);
    data[at > 0 ? source.slice(0, at) : posix.basename(path)] = readFile(path);
  }
  const options = {
    ...defaults,
    ...args.options,
    labels: { ...defaults.labels, ...args.options?.labels },
    annotations: { ...defaults.annotations, ...args.options?.annotations },
  };
  const name = options.disableNameSuffixHash
    ? args.name
    : `${args.name}-${suffixOf(args.name, data)}`;
  return {
    from: args.name,
    object: {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: {
        name,
        ...(args.namespace ? { namespace: args.namespace } : {}),
        ...(Object.keys(options.labels).length
          ? { labels: options.labels }
          : {}),
        ...(Object.keys(options.annotations).length
          ? { annotations: options.annotations }
          : {}),
      },
      data,
      ...(options.immutable ? { immutable: true } : {}),
    },
  };
}
