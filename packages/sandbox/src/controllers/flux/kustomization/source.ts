import type { KubernetesClient, KubernetesObject } from '../../client';
import type { FluxObject } from '../lib/FluxObject';
import type { Artifact } from '../source/artifact';

const SOURCE_API = 'source.toolkit.fluxcd.io/v1';

/** There is nothing to build from yet; the message is Flux's. */
export class SourceError extends Error {
  /** Whether to look again soon, instead of waiting for the source to change. */
  readonly retry: boolean;

  constructor(message: string, retry: boolean) {
    super(message);
    this.retry = retry;
    this.name = 'SourceError';
  }
}

/** The source object and its artifact. */
export async function resolveSource(
  object: FluxObject,
  client: KubernetesClient,
): Promise<{ source: KubernetesObject; artifact: Artifact }> {
  const { sourceRef } = object.spec;
  const { kind, name } = sourceRef;
  const source = await client.get({
    apiVersion: sourceRef.apiVersion || SOURCE_API,
    kind,
    namespace: sourceRef.namespace || object.namespace,
    name,
  });
  if (!source) {
    throw new SourceError(
      `${kind}.source.toolkit.fluxcd.io "${name}" not found`,
      false,
    );
  }
  const artifact: Artifact | undefined = source.status?.artifact;
  if (!artifact) {
    throw new SourceError('Source artifact not found, retrying in 2s', true);
  }
  return { source, artifact };
}
