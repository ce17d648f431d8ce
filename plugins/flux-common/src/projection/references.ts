import type { ObjectRef } from '../refs';
import { rec, str, type Raw } from '../raw';

const GROUPS: Record<string, string> = {
  ArtifactGenerator: 'source.extensions.fluxcd.io',
  Kustomization: 'kustomize.toolkit.fluxcd.io',
  HelmRelease: 'helm.toolkit.fluxcd.io',
};

export function groupOf(apiVersion: unknown): string {
  const text = str(apiVersion) ?? '';
  return text.includes('/') ? text.slice(0, text.indexOf('/')) : '';
}

/** A reference inside a spec; what it leaves out is filled in as Flux does. */
export function reference(
  value: unknown,
  namespace: string,
  defaults: { kind?: string; group?: string } = {},
): ObjectRef | undefined {
  const raw = rec(value);
  const name = str(raw.name);
  const kind = str(raw.kind) ?? defaults.kind;
  if (!name || !kind) return undefined;
  return {
    group:
      raw.apiVersion !== undefined
        ? groupOf(raw.apiVersion)
        : defaults.group ?? GROUPS[kind] ?? 'source.toolkit.fluxcd.io',
    kind,
    namespace: str(raw.namespace) ?? namespace,
    name,
  };
}

/** The applying Flux object, from the labels that Flux sets. Helm's win: the inner owner is the nearer. */
export function applierOf(
  labels: Record<string, string>,
): ObjectRef | undefined {
  for (const [kind, group] of [
    ['HelmRelease', 'helm.toolkit.fluxcd.io'],
    ['Kustomization', 'kustomize.toolkit.fluxcd.io'],
  ]) {
    const name = labels[`${group}/name`];
    const namespace = labels[`${group}/namespace`];
    if (name && namespace) return { group, kind, namespace, name };
  }
  return undefined;
}

export function meta(object: Raw): Raw {
  return rec(object.metadata);
}
