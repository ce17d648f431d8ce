import type { KubernetesClient } from '../../client';
import type { FluxObject } from '../lib/FluxObject';

/** The variables of `postBuild`: what is written there wins over what it refers to. */
export async function variablesOf(
  object: FluxObject,
  client: KubernetesClient,
): Promise<Record<string, string> | undefined> {
  const { postBuild } = object.spec;
  if (!postBuild) {
    return undefined;
  }
  const variables: Record<string, string> = {};
  for (const { kind, name, optional } of postBuild.substituteFrom ?? []) {
    const source = await client.get({
      apiVersion: 'v1',
      kind,
      namespace: object.namespace,
      name,
    });
    if (!source && !optional) {
      throw new Error(
        `substitute from '${kind}/${name}' error: ${kind.toLowerCase()}s "${name}" not found`,
      );
    }
    for (const [key, value] of Object.entries<string>(source?.data ?? {})) {
      variables[key] =
        kind === 'Secret' ? Buffer.from(value, 'base64').toString() : value;
    }
  }
  return { ...variables, ...postBuild.substitute };
}
