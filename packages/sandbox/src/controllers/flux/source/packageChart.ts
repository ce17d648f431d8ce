import picomatch from 'picomatch';
import { parse as parseVersion } from 'semver';
import {
  ChartError,
  filesOfArchive,
  loadChart,
  readMetadata,
  Values,
} from '../helm/chart/Chart';
import { mergeMaps, missingDependencies } from '../helm/chart/values';
import { fromYaml, toYaml } from '../helm/template/goYaml';
import { packFiles } from './artifact';

const SUMMARIES = {
  InvalidChartReference: 'invalid chart reference',
  ChartPullError: 'chart pull error',
  MetadataPatchError: 'chart metadata patch error',
  ValuesFilesError: 'values files merge error',
  DependencyBuildError: 'dependency build error',
  ChartPackageError: 'chart package error',
};

/** A chart that cannot be built, with the reason that Flux gives. */
export class BuildError extends Error {
  readonly reason: string;

  constructor(reason: keyof typeof SUMMARIES, message: string) {
    super(`${SUMMARIES[reason]}: ${message}`);
    this.reason = reason;
    this.name = 'BuildError';
  }

  /** Whether only a change of the object or of its source can help. */
  get isPersistent(): boolean {
    return [
      'InvalidChartReference',
      'MetadataPatchError',
      'ValuesFilesError',
    ].includes(this.reason);
  }

  /** Whether the chart was there, and could not be packaged. */
  get isOfBuild(): boolean {
    return !['InvalidChartReference', 'ChartPullError'].includes(this.reason);
  }
}

/** What was built. */
export interface Build {
  name: string;
  version: string;
  content: Buffer;
  /** Whether it is not what was found, byte for byte. */
  isPackaged: boolean;
  valuesFiles: string[];
}

/** What Flux says of a build. */
export function summaryOf(build: Omit<Build, 'content'>): string {
  const merged =
    build.valuesFiles.length > 0
      ? ` and merged values files [${build.valuesFiles.join(' ')}]`
      : '';
  return `${build.isPackaged ? 'packaged' : 'pulled'} '${
    build.name
  }' chart with version '${build.version}'${merged}`;
}

/** The version with what tells builds of it apart. */
function versionOf(version: string, metadata: string): string {
  if (!metadata) {
    return version;
  }
  if (!parseVersion(version)) {
    throw new BuildError(
      'MetadataPatchError',
      'failed to parse version from chart metadata as SemVer: invalid semantic version',
    );
  }
  return `${version.split('+')[0].replace(/^v/, '')}+${metadata}`;
}

/** Files that the chart's .helmignore leaves out; as with Helm, the last rule that fits counts. */
function ignored(files: Map<string, Buffer>): (path: string) => boolean {
  const rules = (files.get('.helmignore')?.toString() ?? '')
    .split('\n')
    .map(line => line.trim())
    .filter(line => line && !line.startsWith('#'))
    .map(line => {
      const pattern = line.replace(/^!/, '').replace(/^\/|\/$/g, '');
      return {
        isExcept: line.startsWith('!'),
        isRooted: /\/./.test(line.replace(/^!/, '')),
        isFolder: line.endsWith('/'),
        matches: picomatch(pattern, { dot: true }),
      };
    });
  return path => {
    const parts = path.split('/');
    return rules.reduce((result, rule) => {
      const hit = parts.some((part, index) => {
        const isFile = index === parts.length - 1;
        const name = rule.isRooted ? parts.slice(0, index + 1).join('/') : part;
        return !(rule.isFolder && isFile) && rule.matches(name);
      });
      return hit ? !rule.isExcept : result;
    }, false);
  };
}

function mergeValues(
  paths: string[],
  read: (path: string) => Buffer | undefined,
  ignoreMissing: boolean,
): { values: Values; used: string[] } {
  let values: Values = {};
  const used: string[] = [];
  for (const path of paths) {
    const text = read(path);
    if (!text && !ignoreMissing) {
      throw new BuildError(
        'ValuesFilesError',
        `no values file found at path '${path}'`,
      );
    }
    if (text) {
      try {
        values = mergeMaps(values, (fromYaml(text.toString()) ?? {}) as Values);
      } catch (error) {
        throw new BuildError(
          'ValuesFilesError',
          `unmarshaling values from '${path}' failed: ${
            (error as Error).message
          }`,
        );
      }
      used.push(path);
    }
  }
  return { values, used };
}

export interface PackageOptions {
  /** What comes after the `+` of the version. */
  versionMetadata: string;
  valuesFiles: string[];
  ignoreMissingValuesFiles: boolean;
  /** A values file of the list, by its path. */
  readValues(path: string): Buffer | undefined;
}

/** Makes a chart's package of a folder's files, as `helm package` does. */
export async function packageFolder(
  files: Map<string, Buffer>,
  options: PackageOptions,
): Promise<Build> {
  const isIgnored = ignored(files);
  const kept = new Map([...files].filter(([path]) => !isIgnored(path)));
  let metadata;
  try {
    metadata = readMetadata(files);
  } catch (error) {
    throw new BuildError('InvalidChartReference', (error as Error).message);
  }
  const { name } = metadata;
  const version = versionOf(metadata.version, options.versionMetadata);
  const { values, used } = mergeValues(
    options.valuesFiles,
    options.readValues,
    options.ignoreMissingValuesFiles,
  );
  try {
    const missing = missingDependencies(await loadChart(kept));
    if (missing.length > 0) {
      throw new BuildError(
        'DependencyBuildError',
        `the sandbox does not download dependencies: put ${missing.join(
          ', ',
        )} into the chart's folder charts/`,
      );
    }
  } catch (error) {
    throw error instanceof ChartError
      ? new BuildError('ChartPackageError', error.message)
      : error;
  }
  kept.set('Chart.yaml', Buffer.from(`${toYaml({ ...metadata, version })}\n`));
  if (used.length > 0) {
    kept.set('values.yaml', Buffer.from(`${toYaml(values)}\n`));
  }
  const first = ['Chart.yaml', 'Chart.lock', 'values.yaml'];
  const paths = [
    ...first.filter(path => kept.has(path)),
    ...[...kept.keys()].filter(path => !first.includes(path)).sort(),
  ];
  const content = await packFiles(
    paths.map(path => [`${name}/${path}`, kept.get(path)!] as const),
    0o644,
  );
  return { name, version, content, isPackaged: true, valuesFiles: used };
}

/** A package as it is, or made anew where the options ask for something else than it holds. */
export async function packageArchive(
  archive: Buffer,
  options: PackageOptions,
): Promise<Build> {
  let files: Map<string, Buffer>;
  let metadata;
  try {
    files = await filesOfArchive(archive);
    metadata = readMetadata(files);
  } catch (error) {
    throw new BuildError('ChartPullError', (error as Error).message);
  }
  if (options.versionMetadata || options.valuesFiles.length > 0) {
    return packageFolder(files, options);
  }
  return {
    name: metadata.name,
    version: metadata.version,
    content: archive,
    isPackaged: false,
    valuesFiles: [],
  };
}
