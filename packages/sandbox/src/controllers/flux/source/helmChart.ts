import { keyOf } from '../../runtime';
import { Backoff, FluxReconciler } from '../lib/controller';
import { parseDuration } from '../lib/duration';
import type { FluxObject } from '../lib/FluxObject';
import { Index } from '../lib/Index';
import type { Artifact } from './artifact';
import type { ArtifactServer } from './ArtifactServer';
import { buildFromFiles, buildFromRepository } from './buildChart';
import { GIT_REPOSITORY } from './gitRepository';
import { HELM_REPOSITORY } from './helmRepository';
import { Build, BuildError, summaryOf } from './packageChart';
import { currentArtifact, sayBuilding, storeArtifact } from './storeArtifact';

export const HELM_CHART = {
  apiVersion: 'source.toolkit.fluxcd.io/v1',
  kind: 'HelmChart',
};

const SOURCE_RETRY_MS = 1000;

/** source-controller's HelmChart: a chart's package, from a folder or a chart repository. */
export function helmChartReconciler(options: {
  artifacts: ArtifactServer;
}): FluxReconciler {
  const { artifacts } = options;
  const backoff = new Backoff();
  const bySource = new Index();
  const folderOf = ({ namespace, name }: FluxObject) =>
    `helmchart/${namespace}/${name}`;

  /** Says what failed; when it is tried again. */
  async function failed(object: FluxObject, reason: string, message: string) {
    object.failed(reason, message);
    object.handled();
    await object.event('Warning', reason, message);
    await object.patchStatus();
    return backoff.next(object);
  }

  async function store(object: FluxObject, build: Build) {
    const { status } = object;
    const summary = summaryOf(build);
    const before: Artifact | undefined = status.artifact;
    const isOther =
      before?.revision !== build.version ||
      status.observedChartName !== build.name;
    if (isOther) {
      if (before) {
        object.set('ArtifactOutdated', 'True', 'NewChart', summary);
      }
      await sayBuilding(object, `building artifact: ${summary}`);
    }
    const artifact = await storeArtifact(object, artifacts, {
      folder: folderOf(object),
      file: `${build.name}-${build.version}.tgz`,
      revision: build.version,
      content: build.content,
    });
    status.observedChartName = build.name;
    status.observedValuesFiles = object.spec.ignoreMissingValuesFiles
      ? build.valuesFiles
      : undefined;
    if (artifact.digest !== before?.digest) {
      await object.event('Normal', reasonOf(build), summary, {
        'source.toolkit.fluxcd.io/digest': artifact.digest,
        'source.toolkit.fluxcd.io/revision': artifact.revision,
      });
    }
  }

  return {
    type: HELM_CHART,
    component: 'source-controller',
    concurrency: 4,
    watches: [GIT_REPOSITORY, HELM_REPOSITORY].map(type => ({
      type,
      map: (source, previous) =>
        source.status?.artifact?.revision ===
        previous?.status?.artifact?.revision
          ? []
          : bySource.get(keyOf(source)),
    })),
    finalize: object => artifacts.removeAll(folderOf(object)),
    reconcile: async (object, { client, signal }) => {
      const { spec, status, namespace } = object;
      const { kind, name } = spec.sourceRef;
      const key = { ...GIT_REPOSITORY, kind, namespace, name };
      bySource.set(object.key, [key]);
      if (!['GitRepository', 'HelmRepository'].includes(kind) || spec.verify) {
        const what = spec.verify ? 'spec.verify' : `source kind ${kind}`;
        object.stalled(
          'NotSupported',
          `The sandbox does not support ${what} of a HelmChart`,
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
      const found = await client.get(key);
      if (!found) {
        const message = `failed to get source: ${kind
          .toLowerCase()
          .replace(/y$/, 'ies')}.source.toolkit.fluxcd.io "${name}" not found`;
        object.set('FetchFailed', 'True', 'SourceUnavailable', message);
        return failed(object, 'SourceUnavailable', message);
      }
      if (kind === 'HelmRepository' && found.spec.type === 'oci') {
        object.stalled(
          'NotSupported',
          'The sandbox does not fetch charts from HelmRepositories of type oci',
        );
        await object.patchStatus();
        return undefined;
      }
      const artifact: Artifact | undefined = found.status?.artifact;
      if (!artifact) {
        const message = `no artifact available for ${kind} source '${name}'`;
        object.set('FetchFailed', 'True', 'NoSourceArtifact', message);
        object.failed('NoSourceArtifact', message);
        object.handled();
        await object.patchStatus();
        return { requeueAfterMs: SOURCE_RETRY_MS };
      }
      status.observedSourceArtifactRevision = artifact.revision;
      const source = { kind, namespace, spec: found.spec, artifact };
      let build: Build;
      try {
        build = await (kind === 'HelmRepository'
          ? buildFromRepository(object, source, client, signal)
          : buildFromFiles(object, source, signal));
      } catch (error) {
        if (signal.aborted) {
          return undefined;
        }
        const known = error instanceof BuildError ? error : undefined;
        const reason = known?.reason ?? 'Failed';
        const { message } = error as Error;
        object.remove('FetchFailed', 'BuildFailed');
        const type = known?.isOfBuild ? 'BuildFailed' : 'FetchFailed';
        object.set(type, 'True', reason, message);
        if (!known?.isPersistent) {
          return failed(object, reason, message);
        }
        object.stalled(reason, message);
        await object.event('Warning', reason, message);
        await object.patchStatus();
        return undefined;
      }
      backoff.reset(object);
      object.remove('FetchFailed', 'BuildFailed');
      const isNew =
        before?.revision !== build.version ||
        status.observedChartName !== build.name ||
        status.observedGeneration !== object.generation;
      if (isNew) {
        await store(object, build);
      }
      const summary = summaryOf(build);
      object.remove('ArtifactOutdated');
      object.succeeded(reasonOf(build), summary);
      object.set('ArtifactInStorage', 'True', reasonOf(build), summary);
      object.handled();
      await object.patchStatus();
      return { requeueAfterMs: parseDuration(spec.interval, 60_000) };
    },
  };
}

function reasonOf({ isPackaged }: Build): string {
  return isPackaged ? 'ChartPackageSucceeded' : 'ChartPullSucceeded';
}
