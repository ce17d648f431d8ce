import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Backoff, FluxReconciler } from '../lib/controller';
import { parseDuration } from '../lib/duration';
import type { FluxObject } from '../lib/FluxObject';
import { archive, Artifact, sha256 } from './artifact';
import type { ArtifactServer } from './ArtifactServer';
import { checkout, Checkout, RemoteRepository, remoteOf } from './checkout';

const KEPT_ARTIFACTS_MS = 60_000;
const MOST_CHARACTERS = 50;

export const GIT_REPOSITORY = {
  apiVersion: 'source.toolkit.fluxcd.io/v1',
  kind: 'GitRepository',
};

/** Where the clone of an object's repository is kept. */
export function cloneDirectory(
  directory: string,
  object: { namespace: string; name: string; object: any },
): string {
  return join(
    directory,
    'git',
    object.namespace,
    `${object.name}-${object.object.metadata.uid ?? 'no-uid'}`,
  );
}

/** What the sandbox leaves out of GitRepository, if the object asks for it. */
function unsupportedField(spec: any): string | undefined {
  return [
    spec.provider && spec.provider !== 'generic' ? 'spec.provider' : undefined,
    spec.verify ? 'spec.verify' : undefined,
    spec.include?.length ? 'spec.include' : undefined,
    spec.recurseSubmodules ? 'spec.recurseSubmodules' : undefined,
    spec.sparseCheckout?.length ? 'spec.sparseCheckout' : undefined,
    spec.proxySecretRef ? 'spec.proxySecretRef' : undefined,
  ].find(Boolean);
}

/** The first line of a commit's message, as Events have it. */
function shortened(subject: string): string {
  const characters = [...subject];
  return characters.length > MOST_CHARACTERS
    ? `${characters.slice(0, MOST_CHARACTERS).join('')}...`
    : subject;
}

function announce(
  object: FluxObject,
  reason: 'NewArtifact' | 'Succeeded',
  message: string,
) {
  const { digest, revision }: Artifact = object.status.artifact;
  return object.event('Normal', reason, message, {
    'source.toolkit.fluxcd.io/digest': digest,
    'source.toolkit.fluxcd.io/revision': revision,
  });
}

/** source-controller's GitRepository: fetches a revision and keeps its files as an artifact. */
export function gitRepositoryReconciler(options: {
  directory: string;
  artifacts: ArtifactServer;
}): FluxReconciler {
  const { artifacts } = options;
  const backoff = new Backoff();

  async function store(
    object: FluxObject,
    { directory, commit, revision, subject }: Checkout,
    signal: AbortSignal,
  ): Promise<void> {
    const before: Artifact | undefined = object.status.artifact;
    const message = `building artifact: new upstream revision '${revision}'`;
    object.set('Reconciling', 'True', 'Progressing', message);
    object.set('Ready', 'Unknown', 'Progressing', message);
    if (before) {
      object.set(
        'ArtifactOutdated',
        'True',
        'NewRevision',
        `new upstream revision '${revision}'`,
      );
    }
    await object.patchStatus();

    const content = await archive(
      directory,
      commit,
      object.spec.ignore,
      signal,
    );
    const path = `gitrepository/${object.namespace}/${object.name}/${commit}.tar.gz`;
    const digest = sha256(content);
    await artifacts.write(path, content);
    const artifact: Artifact = {
      digest,
      lastUpdateTime: object.now(),
      path,
      revision,
      size: content.length,
      url: artifacts.urlOf(path),
    };
    object.status.artifact = artifact;
    if (before?.digest !== digest) {
      await announce(
        object,
        'NewArtifact',
        `stored artifact for commit '${shortened(subject)}'`,
      );
    } else if (object.condition('FetchFailed')) {
      await announce(
        object,
        'Succeeded',
        `stored artifact for commit '${shortened(subject)}'`,
      );
    }
    const age = before ? Date.now() - Date.parse(before.lastUpdateTime) : 0;
    const removed = await artifacts.removeOthers(
      path,
      before && age < KEPT_ARTIFACTS_MS ? [before.path] : [],
    );
    if (removed > 0) {
      await object.event(
        'Normal',
        'GarbageCollectionSucceeded',
        `garbage collected ${removed} artifacts`,
      );
    }
  }

  return {
    type: GIT_REPOSITORY,
    component: 'source-controller',
    concurrency: 8,
    finalize: async object => {
      await artifacts.removeAll(
        `gitrepository/${object.namespace}/${object.name}`,
      );
      await rm(cloneDirectory(options.directory, object), {
        recursive: true,
        force: true,
      });
    },
    reconcile: async (object, { client, signal }) => {
      const unsupported = unsupportedField(object.spec);
      if (unsupported) {
        object.stalled(
          'NotSupported',
          `The sandbox does not support ${unsupported} of a GitRepository`,
        );
        await object.patchStatus();
        return undefined;
      }
      object.progressing();
      await object.patchStatus();
      const before: Artifact | undefined = object.status.artifact;
      if (!before) {
        object.set('Reconciling', 'True', 'Progressing', 'building artifact');
        object.set('Ready', 'Unknown', 'Progressing', 'building artifact');
        await object.patchStatus();
      }

      let fetched: Checkout;
      let remote: RemoteRepository | undefined;
      try {
        remote = await remoteOf(object.object, client);
        fetched = await checkout(
          remote,
          object.spec.ref ?? {},
          cloneDirectory(options.directory, object),
          signal,
        );
      } catch (error) {
        if (signal.aborted) {
          return undefined;
        }
        const failure = (error as Error).message;
        const [reason, message] = remote
          ? [
              'GitOperationFailed',
              `failed to checkout and determine revision: ${failure}`,
            ]
          : ['AuthenticationFailed', failure];
        object.failed(reason, message);
        object.set('FetchFailed', 'True', reason, message);
        object.handled();
        await object.event('Warning', reason, message);
        await object.patchStatus();
        return backoff.next(object);
      }

      backoff.reset(object);
      const unchanged =
        before?.revision === fetched.revision &&
        object.status.observedIgnore === object.spec.ignore &&
        (await artifacts.has(before.path));
      if (!unchanged) {
        await store(object, fetched, signal);
      } else {
        // The server's port may be another one after a restart.
        object.status.artifact = {
          ...before,
          url: artifacts.urlOf(before.path),
        };
        await object.event(
          'Normal',
          'GitOperationSucceeded',
          `no changes since last reconciliation: observed revision '${fetched.revision}'`,
        );
        if (object.condition('FetchFailed')) {
          // A fetch that brings nothing new does not know the commit's message.
          await announce(
            object,
            'Succeeded',
            `stored artifact for commit '${fetched.revision}'`,
          );
        }
      }
      const message = `stored artifact for revision '${fetched.revision}'`;
      object.remove('FetchFailed', 'ArtifactOutdated');
      object.succeeded('Succeeded', message);
      object.set('ArtifactInStorage', 'True', 'Succeeded', message);
      object.status.observedIgnore = object.spec.ignore;
      object.handled();
      await object.patchStatus();
      return { requeueAfterMs: parseDuration(object.spec.interval, 60_000) };
    },
  };
}
