import { posix } from 'node:path';
import picomatch from 'picomatch';
import { toYaml } from '../template/goYaml';
import { semverCompare } from '../template/functions/data';
import { TemplateSet } from '../template';
import { isMap, MethodObject } from '../template/values';
import { Chart, ChartError, Values } from './Chart';
import { Hook, joinManifests, sortManifests } from './manifests';
import { coalesceValues, processDependencies } from './values';

/** What templates may ask about the cluster. */
export interface Capabilities {
  /** e.g. `v1.36.3`. */
  kubeVersion: string;
  /** `group/version` and `group/version/Kind`. */
  apiVersions: Set<string>;
}

/** What templates may ask about the release. */
export interface ReleaseOptions {
  name: string;
  namespace: string;
  revision: number;
  isUpgrade: boolean;
}

export interface Rendered {
  manifest: string;
  hooks: Hook[];
  notes: string;
}

function filesObject(files: Map<string, Buffer>): MethodObject {
  const base64 = (content: Buffer) => content.toString('base64');
  const asYaml = (encode: (content: Buffer) => string) => () =>
    toYaml(
      Object.fromEntries(
        [...files].map(([path, content]) => [
          posix.basename(path),
          encode(content),
        ]),
      ),
    );
  return new MethodObject(
    Object.fromEntries([...files].map(([path, c]) => [path, c.toString()])),
    {
      Get: (path: string) => files.get(path)?.toString() ?? '',
      GetBytes: (path: string) => files.get(path)?.toString() ?? '',
      Glob: (pattern: string) =>
        filesObject(
          new Map([...files].filter(([path]) => picomatch(pattern)(path))),
        ),
      Lines: (path: string) =>
        files.has(path)
          ? files.get(path)!.toString().replace(/\n$/, '').split('\n')
          : [],
      AsConfig: asYaml(String),
      AsSecrets: asYaml(base64),
    },
  );
}

function capabilitiesObject({ kubeVersion, apiVersions }: Capabilities) {
  const [major = '', minor = ''] = kubeVersion.replace(/^v/, '').split('.');
  const version = new MethodObject(
    { Version: kubeVersion, Major: major, Minor: minor },
    { GitVersion: () => kubeVersion },
    kubeVersion,
  );
  return new MethodObject(
    {
      KubeVersion: version,
      APIVersions: new MethodObject(
        {},
        { Has: (name: string) => apiVersions.has(name) },
      ),
      HelmVersion: {
        Version: 'v4.2',
        GitCommit: '',
        GitTreeState: '',
        GoVersion: '',
      },
    },
    {},
  );
}

const FIELDS: Record<string, string> = {
  APIVersion: 'apiVersion',
  AppVersion: 'appVersion',
  KubeVersion: 'kubeVersion',
};
const TEXTS = [
  'Name',
  'Home',
  'Version',
  'Description',
  'Icon',
  'Type',
  'Condition',
  'Tags',
];

/** The objects in a list, e.g. maintainers, have Go's names as well. */
function goFields(value: unknown): unknown {
  return Array.isArray(value)
    ? value.map(item =>
        isMap(item)
          ? Object.fromEntries(
              Object.entries(item).map(([key, field]) => [
                key === 'url' ? 'URL' : key[0].toUpperCase() + key.slice(1),
                field,
              ]),
            )
          : item,
      )
    : value;
}

/** `.Chart`: the fields of Chart.yaml with the names that they have in Go. */
function chartObject({ metadata }: Chart, isRoot: boolean): Values {
  const result: Values = Object.fromEntries(
    [...TEXTS, ...Object.keys(FIELDS)].map(name => [name, '']),
  );
  for (const [key, value] of Object.entries(metadata)) {
    const known = Object.entries(FIELDS).find(
      ([, field]) => field === key,
    )?.[0];
    const name = known ?? key[0].toUpperCase() + key.slice(1);
    result[name] =
      typeof result[name] === 'string' ? String(value) : goFields(value);
  }
  return { ...result, IsRoot: isRoot };
}

interface Job {
  path: string;
  text: string;
  data: Values;
}

/** The templates of the chart and of its dependencies, each with what it is rendered for. */
function collect(
  chart: Chart,
  parent: Values,
  folder: string,
  jobs: Job[],
): Values {
  const isRoot = folder === chart.metadata.name;
  const own = isRoot ? parent.Values : parent.Values?.[chart.metadata.name];
  const subcharts: Values = {};
  const data: Values = {
    Chart: chartObject(chart, isRoot),
    Files: filesObject(chart.files),
    Release: parent.Release,
    Capabilities: parent.Capabilities,
    Values: isMap(own) ? own : {},
    Subcharts: subcharts,
  };
  for (const dependency of chart.dependencies) {
    const { name } = dependency.metadata;
    subcharts[name] = collect(
      dependency,
      data,
      `${folder}/charts/${name}`,
      jobs,
    );
  }
  const isLibrary = chart.metadata.type === 'library';
  for (const [path, text] of chart.templates) {
    if (!isLibrary || posix.basename(path).startsWith('_')) {
      jobs.push({
        path: `${folder}/${path}`,
        text,
        data: {
          ...data,
          Template: {
            Name: `${folder}/${path}`,
            BasePath: `${folder}/templates`,
          },
        },
      });
    }
  }
  return data;
}

const depth = (path: string) => path.split('/').length;

/** Renders a chart's templates for the values, as `helm template` does. */
export function renderChart(
  chart: Chart,
  values: Values,
  release: ReleaseOptions,
  capabilities: Capabilities,
): Rendered {
  const { kubeVersion } = chart.metadata;
  if (kubeVersion && !semverCompare(kubeVersion, capabilities.kubeVersion)) {
    throw new ChartError(
      `chart requires kubeVersion: ${kubeVersion} which is incompatible with Kubernetes ${capabilities.kubeVersion}`,
    );
  }
  const processed = processDependencies(chart, values);
  const jobs: Job[] = [];
  collect(
    processed,
    {
      Values: coalesceValues(processed, values),
      Release: {
        Name: release.name,
        Namespace: release.namespace,
        IsUpgrade: release.isUpgrade,
        IsInstall: !release.isUpgrade,
        Revision: BigInt(release.revision),
        Service: 'Helm',
      },
      Capabilities: capabilitiesObject(capabilities),
    },
    chart.metadata.name,
    jobs,
  );
  // Dependencies first, so that what a chart defines replaces what they do.
  jobs.sort(
    (a, b) => depth(b.path) - depth(a.path) || (a.path < b.path ? 1 : -1),
  );
  const templates = new TemplateSet();
  jobs.forEach(({ path, text }) => templates.add(path, text));
  const rendered = new Map<string, string>();
  for (const { path, data } of jobs) {
    if (!posix.basename(path).startsWith('_')) {
      rendered.set(path, templates.render(path, data));
    }
  }
  const notes =
    rendered.get(`${chart.metadata.name}/templates/NOTES.txt`) ?? '';
  for (const path of rendered.keys()) {
    if (path.endsWith('NOTES.txt')) {
      rendered.delete(path);
    }
  }
  const { manifests, hooks } = sortManifests(rendered);
  return { manifest: joinManifests(manifests), hooks, notes };
}
