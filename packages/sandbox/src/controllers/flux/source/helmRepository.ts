import { Backoff, FluxReconciler } from '../lib/controller';
import { parseDuration } from '../lib/duration';
import type { FluxObject } from '../lib/FluxObject';
import { Artifact, sha256 } from './artifact';
import type { ArtifactServer } from './ArtifactServer';
import { download, parseIndex, repositoryHeaders } from './chartRepository';
import { currentArtifact, sayBuilding, storeArtifact } from './storeArtifact';

export const HELM_REPOSITORY = {
  apiVersion: 'source.toolkit.fluxcd.io/v1',
  kind: 'HelmRepository',
};

/** A failure with the reason that Flux gives. */
class FetchError extends Error {
  constructor(readonly reason: string, message: string) {
    super(message);
    this.name = 'FetchError';
  }
}

function folderOf({ namespace, name }: { namespace: string; name: string }) {
  return `helmrepository/${namespace}/${name}`;
}

/** A size as Flux writes it in this kind's Events: 4 digits at most, powers of 1000. */
function humanSize(bytes: number): string {
  const units = ['B', 'kB', 'MB', 'GB'];
  const power = Math.min(
    units.length - 1,
    Math.floor(Math.log10(Math.max(1, bytes)) / 3),
  );
  return `${Number((bytes / 1000 ** power).toPrecision(4))}${units[power]}`;
}

/** source-controller's HelmRepository: keeps the index of a chart repository as an artifact. */
export function helmRepositoryReconciler(options: {
  artifacts: ArtifactServer;
}): FluxReconciler {
  const { artifacts } = options;
  const backoff = new Backoff();

  async function fetchIndex(
    object: FluxObject,
    headers: () => Promise<Record<string, string>>,
    signal: AbortSignal,
  ): Promise<Buffer> {
    const given = await headers().catch(error => {
      throw new FetchError('AuthenticationFailed', (error as Error).message);
    });
    const url = `${object.spec.url.replace(/\/+$/, '')}/index.yaml`;
    const text = await download(url, given, signal).catch(error => {
      throw new FetchError(
        'Failed',
        `failed to fetch Helm repository index: failed to cache index: ${
          (error as Error).message
        }`,
      );
    });
    return text;
  }

  async function store(object: FluxObject, text: Buffer, revision: string) {
    let index;
    try {
      index = parseIndex(text.toString());
    } catch (error) {
      throw new FetchError(
        'IndexationFailed',
        `failed to load Helm repository from index YAML: ${
          (error as Error).message
        }`,
      );
    }
    const message = `new index revision '${revision}'`;
    const before: Artifact | undefined = object.status.artifact;
    if (before) {
      object.set('ArtifactOutdated', 'True', 'NewRevision', message);
    }
    await sayBuilding(object, `building artifact: ${message}`);
    const artifact = await storeArtifact(object, artifacts, {
      folder: folderOf(object),
      file: `index-${revision.split(':')[1]}.yaml`,
      revision,
      content: Buffer.from(JSON.stringify(index)),
    });
    await object.event(
      'Normal',
      'NewArtifact',
      `stored fetched index of size ${humanSize(artifact.size)} from '${
        object.spec.url
      }'`,
      {
        'source.toolkit.fluxcd.io/digest': artifact.digest,
        'source.toolkit.fluxcd.io/revision': artifact.revision,
      },
    );
  }

  return {
    type: HELM_REPOSITORY,
    component: 'source-controller',
    finalize: object => artifacts.removeAll(folderOf(object)),
    reconcile: async (object, { client, signal }) => {
      if (object.spec.type === 'oci') {
        // An address and credentials, nothing that could be ready.
        return undefined;
      }
      if (object.spec.certSecretRef) {
        object.stalled(
          'NotSupported',
          'The sandbox does not support spec.certSecretRef of a HelmRepository',
        );
        await object.patchStatus();
        return undefined;
      }
      object.progressing();
      await object.patchStatus();
      const before = await currentArtifact(object, artifacts);
      if (!before) {
        await sayBuilding(object, 'building artifact');
      }
      try {
        if (/^oci:/.test(object.spec.url)) {
          throw new FetchError(
            'URLInvalid',
            "invalid Helm repository URL: 'oci' URL scheme cannot be used with 'default' HelmRepository type",
          );
        }
        const text = await fetchIndex(
          object,
          () =>
            repositoryHeaders(
              { spec: object.spec, namespace: object.namespace },
              client,
            ),
          signal,
        );
        const revision = sha256(text);
        if (before?.revision !== revision) {
          await store(object, text, revision);
        }
      } catch (error) {
        if (signal.aborted || !(error instanceof FetchError)) {
          throw error;
        }
        const { reason, message } = error;
        object.set('FetchFailed', 'True', reason, message);
        if (reason === 'URLInvalid') {
          object.stalled(reason, message);
        } else {
          object.failed(reason, message);
        }
        object.handled();
        await object.event('Warning', reason, message);
        await object.patchStatus();
        return reason === 'URLInvalid' ? undefined : backoff.next(object);
      }
      backoff.reset(object);
      const message = `stored artifact: revision '${object.status.artifact.revision}'`;
      object.remove('FetchFailed', 'ArtifactOutdated');
      object.succeeded('Succeeded', message);
      object.set('ArtifactInStorage', 'True', 'Succeeded', message);
      object.handled();
      await object.patchStatus();
      return { requeueAfterMs: parseDuration(object.spec.interval, 60_000) };
    },
  };
}
