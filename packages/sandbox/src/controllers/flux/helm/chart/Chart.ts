import { posix } from 'node:path';
import { unpackFiles } from '../../source/artifact';
import { fromYaml } from '../template/goYaml';

export type Values = Record<string, any>;

/** What Chart.yaml says. */
export interface ChartMetadata {
  apiVersion?: string;
  name: string;
  version: string;
  appVersion?: string;
  kubeVersion?: string;
  type?: string;
  dependencies?: {
    name: string;
    version?: string;
    repository?: string;
    condition?: string;
    tags?: string[];
    alias?: string;
    'import-values'?: unknown[];
  }[];
  [field: string]: unknown;
}

/** A chart as Helm loads one; paths are relative to its folder. */
export interface Chart {
  metadata: ChartMetadata;
  values: Values;
  templates: Map<string, string>;
  /** What is neither a template nor a definition nor another chart: `.Files`. */
  files: Map<string, Buffer>;
  /** Documents of the `crds` folder, by their path. */
  crds: Map<string, string>;
  dependencies: Chart[];
}

/** A chart that cannot be loaded; the message is Helm's. */
export class ChartError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'ChartError';
  }
}

const FILES_OF_HELM = [
  'Chart.yaml',
  'Chart.lock',
  'values.yaml',
  'values.schema.json',
];

function readMap(text: Buffer | undefined, name: string): Values {
  if (!text) {
    return {};
  }
  try {
    const value = fromYaml(text.toString()) ?? {};
    if (typeof value !== 'object' || Array.isArray(value)) {
      throw new Error(
        'error unmarshaling JSON: while decoding JSON: json: cannot unmarshal into Go value of type map[string]interface {}',
      );
    }
    return value as Values;
  } catch (error) {
    throw new ChartError(`cannot load ${name}: ${(error as Error).message}`);
  }
}

/**
 * What a chart's Chart.yaml says.
 *
 * @throws ChartError when it is not valid.
 */
export function readMetadata(files: Map<string, Buffer>): ChartMetadata {
  const text = files.get('Chart.yaml');
  if (!text) {
    throw new ChartError('Chart.yaml file is missing');
  }
  const metadata = readMap(text, 'Chart.yaml') as ChartMetadata;
  metadata.apiVersion ??= 'v1';
  for (const field of ['name', 'version'] as const) {
    if (!metadata[field]) {
      throw new ChartError(`validation: chart.metadata.${field} is required`);
    }
  }
  if (posix.basename(metadata.name) !== metadata.name) {
    throw new ChartError(
      `validation: chart.metadata.name "${metadata.name}" is invalid`,
    );
  }
  // What is a string for Helm may have been written as a number.
  for (const field of ['version', 'appVersion', 'description'] as const) {
    if (metadata[field] !== undefined) {
      metadata[field] = String(metadata[field]);
    }
  }
  return metadata;
}

/** Takes a path's first folder off; what is not below one is left out. */
function below(files: Map<string, Buffer>, folder: string) {
  const prefix = `${folder}/`;
  return new Map(
    [...files]
      .filter(([path]) => path.startsWith(prefix))
      .map(([path, content]) => [path.slice(prefix.length), content] as const),
  );
}

async function dependenciesOf(files: Map<string, Buffer>, name: string) {
  const charts = below(files, 'charts');
  const names = new Set([...charts.keys()].map(path => path.split('/')[0]));
  const loaded: Chart[] = [];
  for (const entry of [...names].sort()) {
    if (/^[_.]/.test(entry)) {
      continue;
    }
    const archive = charts.get(entry);
    const own = archive ? undefined : below(charts, entry);
    try {
      if (archive && entry.endsWith('.tgz')) {
        loaded.push(await loadArchive(archive));
      } else if (own?.has('Chart.yaml')) {
        loaded.push(await loadChart(own));
      }
    } catch (error) {
      throw new ChartError(
        `error unpacking subchart ${entry} in ${name}: ${
          (error as Error).message
        }`,
      );
    }
  }
  return loaded;
}

/** The chart of a folder's files. */
export async function loadChart(files: Map<string, Buffer>): Promise<Chart> {
  const metadata = readMetadata(files);
  const chart: Chart = {
    metadata,
    values: readMap(files.get('values.yaml'), 'values.yaml'),
    templates: new Map(),
    files: new Map(),
    crds: new Map(),
    dependencies: await dependenciesOf(files, metadata.name),
  };
  for (const [path, content] of files) {
    if (path.startsWith('templates/')) {
      chart.templates.set(path, content.toString());
    } else if (/^crds\/.*\.(ya?ml|json)$/.test(path)) {
      chart.crds.set(path, content.toString());
    } else if (!FILES_OF_HELM.includes(path) && !path.startsWith('charts/')) {
      chart.files.set(path, content);
    }
  }
  return chart;
}

/** The files of a packaged chart, relative to the one folder that is in it. */
export async function filesOfArchive(
  archive: Buffer,
): Promise<Map<string, Buffer>> {
  const files = new Map<string, Buffer>();
  for (const [path, content] of await unpackFiles(archive)) {
    const relative = posix.normalize(path.split('/').slice(1).join('/'));
    if (relative.startsWith('..') || posix.isAbsolute(relative)) {
      throw new ChartError('chart illegally references parent directory');
    }
    files.set(relative, content);
  }
  return files;
}

/** The chart of a package. */
export async function loadArchive(archive: Buffer): Promise<Chart> {
  return loadChart(await filesOfArchive(archive));
}
