import { randomInt } from 'node:crypto';
import { posix } from 'node:path';
import type { KubernetesClient } from '../../client';
import type { FluxObject } from '../lib/FluxObject';
import { type Artifact, unpackFiles } from './artifact';
import {
  ChartIndex,
  download,
  findVersion,
  packageUrl,
  repositoryHeaders,
} from './chartRepository';
import { downloadArtifact } from './fetchArtifact';
import {
  Build,
  BuildError,
  packageArchive,
  packageFolder,
  PackageOptions,
} from './packageChart';

/** The source of a chart, with the artifact that it has now. */
export interface Source {
  kind: string;
  namespace: string;
  spec: any;
  artifact: Artifact;
}

function packageOptions(
  { spec, generation }: FluxObject,
  source: Source,
): Omit<PackageOptions, 'readValues'> {
  const files: string[] = spec.valuesFiles ?? [];
  // The chart's own values need no merging.
  const valuesFiles =
    files.length === 1 && posix.normalize(files[0]) === 'values.yaml'
      ? []
      : files;
  const commit = source.artifact.revision.split(':').pop()!;
  const byRevision =
    spec.reconcileStrategy === 'Revision' && source.kind === 'GitRepository';
  return {
    valuesFiles,
    ignoreMissingValuesFiles: spec.ignoreMissingValuesFiles ?? false,
    versionMetadata: [
      ...(byRevision ? [commit.slice(0, 12)] : []),
      ...(valuesFiles.length > 0 ? [String(generation)] : []),
    ].join('.'),
  };
}

/** Where Flux unpacks a source; part of its messages. */
function unpackedAt({ namespace, name }: FluxObject): string {
  return `/tmp/helmchart-${namespace}-${name}-${randomInt(1e9, 4e9)}/source`;
}

/** A path inside of the source, wherever it would lead otherwise. */
function inside(path: string): string {
  return posix.normalize(`/${path}`).replace(/^\/|\/$/g, '');
}

/** Packages a folder, or takes a package, of a source's files. */
export async function buildFromFiles(
  object: FluxObject,
  source: Source,
  signal: AbortSignal,
): Promise<Build> {
  const files = await unpackFiles(
    await downloadArtifact(source.artifact, signal),
  );
  const path = inside(object.spec.chart);
  const options = {
    ...packageOptions(object, source),
    readValues: (file: string) => files.get(inside(file)),
  };
  const archive = files.get(path);
  if (archive) {
    return packageArchive(archive, options);
  }
  const prefix = path ? `${path}/` : '';
  const own = new Map(
    [...files]
      .filter(([file]) => file.startsWith(prefix))
      .map(([file, content]) => [file.slice(prefix.length), content] as const),
  );
  const missing = (action: string, file: string) =>
    new BuildError(
      'InvalidChartReference',
      `${action} ${unpackedAt(object)}/${file}: no such file or directory`,
    );
  if (own.size === 0) {
    throw missing('stat', path);
  }
  if (!own.has('Chart.yaml')) {
    throw missing('open', `${prefix}Chart.yaml`);
  }
  return packageFolder(own, options);
}

/** Takes a chart from a chart repository. */
export async function buildFromRepository(
  object: FluxObject,
  source: Source,
  client: KubernetesClient,
  signal: AbortSignal,
): Promise<Build> {
  const text = await downloadArtifact(source.artifact, signal);
  const index: ChartIndex = JSON.parse(text.toString());
  const { chart, version } = object.spec;
  const found = findVersion(index, chart, version ?? '*');
  let archive: Buffer;
  try {
    archive = await download(
      packageUrl(source.spec.url, found),
      await repositoryHeaders(source, client),
      signal,
    );
  } catch (error) {
    throw error instanceof BuildError
      ? error
      : new BuildError(
          'ChartPullError',
          `failed to download chart for remote reference: ${
            (error as Error).message
          }`,
        );
  }
  const values = await unpackFiles(archive);
  return packageArchive(archive, {
    ...packageOptions(object, source),
    readValues: file => values.get(`${found.name}/${inside(file)}`),
  });
}
