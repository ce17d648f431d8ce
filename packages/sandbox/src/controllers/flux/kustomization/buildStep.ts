import type { KubernetesClient, KubernetesObject } from '../../client';
import {
  fluxBuild,
  PathNotFoundError,
  resolvePath,
  substitute,
} from '../kustomize/fluxBuild';
import type { FluxObject } from '../lib/FluxObject';
import type { Artifact } from '../source/artifact';
import { fetchArtifact } from '../source/fetchArtifact';
import { NAME_LABEL, NAMESPACE_LABEL } from './prune';
import { say, step } from './steps';
import { variablesOf } from './substitutions';

function labelled(objects: KubernetesObject[], owner: FluxObject) {
  return objects.map(object => ({
    ...object,
    metadata: {
      ...object.metadata,
      labels: {
        ...object.metadata.labels,
        [NAME_LABEL]: owner.name,
        [NAMESPACE_LABEL]: owner.namespace,
      },
    },
  }));
}

/** A build cannot know which unknown kinds have no namespace; the cluster does. */
function located(objects: KubernetesObject[], client: KubernetesClient) {
  return Promise.all(
    objects.map(async built => {
      const kind = await client.resource(built);
      const { namespace, ...metadata } = built.metadata;
      return kind?.namespaced === false ? { ...built, metadata } : built;
    }),
  );
}

/** Fetches the artifact and builds the path, saying so on the object. */
export async function buildRevision(
  object: FluxObject,
  artifact: Artifact,
  client: KubernetesClient,
  signal: AbortSignal,
  timeout: string,
): Promise<KubernetesObject[]> {
  const { spec } = object;
  const { revision } = artifact;
  const root = `/tmp/kustomization-${Math.floor(Math.random() * 2 ** 32)}`;
  await say(object, `Fetching manifests for revision ${revision}`, timeout);
  const { files, directory } = await step('ArtifactFailed', async () => {
    const fetched = await fetchArtifact(artifact, signal);
    return {
      files: fetched,
      directory: resolvePath(fetched, spec.path, root),
    };
  });
  await say(object, `Building manifests for revision ${revision}`, timeout);
  object.status.lastAttemptedRevision = revision;
  await object.patchStatus();
  return step('BuildFailed', async () => {
    let built: KubernetesObject[];
    try {
      built = fluxBuild({ files, root }, directory, spec);
    } catch (error) {
      throw error instanceof PathNotFoundError
        ? error
        : new Error(`kustomize build failed: ${(error as Error).message}`);
    }
    const variables = await variablesOf(object, client);
    const substituted = variables
      ? built.map(entry => substitute(entry, variables))
      : built;
    return located(labelled(substituted, object), client);
  });
}
