import type { KubernetesClient } from '../../client';
import { isReady } from '../lib/conditions';
import type { FluxObject } from '../lib/FluxObject';

export const KUSTOMIZATION = {
  apiVersion: 'kustomize.toolkit.fluxcd.io/v1',
  kind: 'Kustomization',
};

/** Why the Kustomization has to wait for one that it depends on; undefined when it has not. */
export async function findBlockingDependency(
  object: FluxObject,
  revision: string,
  client: KubernetesClient,
): Promise<string | undefined> {
  const { spec } = object;
  for (const reference of spec.dependsOn ?? []) {
    const namespace = reference.namespace || object.namespace;
    const id = `'${namespace}/${reference.name}'`;
    const dependency = await client.get({
      ...KUSTOMIZATION,
      namespace,
      name: reference.name,
    });
    if (!dependency) {
      return `dependency ${id} not found: kustomizations.kustomize.toolkit.fluxcd.io "${reference.name}" not found`;
    }
    const { metadata, status } = dependency;
    if (
      status?.observedGeneration !== metadata.generation ||
      !isReady(dependency)
    ) {
      return `dependency ${id} is not ready`;
    }
    const source = dependency.spec.sourceRef;
    const same =
      source.kind === spec.sourceRef.kind &&
      source.name === spec.sourceRef.name &&
      (source.namespace || namespace) ===
        (spec.sourceRef.namespace || object.namespace);
    if (same && status.lastAppliedRevision !== revision) {
      return `dependency ${id} revision is not up to date`;
    }
  }
  return undefined;
}
