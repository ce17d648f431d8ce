import type { Chart, ChartMetadata, Values } from '../chart/Chart';
import { sha256 } from '../../source/artifact';
import type { Hook } from '../chart/manifests';
import { toDigestYaml } from '../template/goYaml';

export type ReleaseStatus =
  | 'unknown'
  | 'deployed'
  | 'uninstalled'
  | 'superseded'
  | 'failed'
  | 'uninstalling'
  | 'pending-install'
  | 'pending-upgrade'
  | 'pending-rollback';

/** A release as Helm stores it; the fields have Helm's names. */
export interface Release {
  name: string;
  info: {
    first_deployed: string;
    last_deployed: string;
    deleted?: string;
    description: string;
    status: ReleaseStatus;
    notes?: string;
  };
  chart: {
    metadata: ChartMetadata;
    lock: null;
    templates: { name: string; data: string }[];
    values: Values;
    schema: null;
    files: { name: string; data: string }[];
  };
  config?: Values;
  manifest: string;
  hooks?: {
    name: string;
    kind: string;
    path: string;
    manifest: string;
    events: string[];
    weight: number;
    delete_policies?: string[];
  }[];
  version: number;
  namespace: string;
  apply_method: 'ssa';
}

/** One entry of a HelmRelease's `status.history`. */
export interface Snapshot {
  apiVersion: 'v2';
  action?: string;
  digest: string;
  name: string;
  namespace: string;
  version: number;
  status: ReleaseStatus;
  chartName: string;
  chartVersion: string;
  appVersion?: string;
  configDigest: string;
  firstDeployed: string;
  lastDeployed: string;
  deleted?: string;
}

const MOST_SNAPSHOTS = 5;

/** The chart as a release keeps it. */
export function chartOfRelease(chart: Chart): Release['chart'] {
  const encoded = (entries: Iterable<[string, string | Buffer]>) =>
    [...entries].map(([name, content]) => ({
      name,
      data: Buffer.from(content).toString('base64'),
    }));
  return {
    metadata: chart.metadata,
    lock: null,
    templates: encoded(chart.templates),
    values: chart.values,
    schema: null,
    files: encoded(chart.files),
  };
}

/** Hooks as a release keeps them. */
export function hooksOfRelease(hooks: Hook[]): Release['hooks'] {
  return hooks.map(
    ({ name, kind, path, content, events, weight, ...rest }) => ({
      name,
      kind,
      path,
      manifest: content,
      events,
      weight,
      delete_policies: rest.deletePolicies,
    }),
  );
}

/** Flux's digest of values: of their YAML, or of nothing. */
export function configDigestOf(values: Values | undefined): string {
  return sha256(
    values && Object.keys(values).length > 0 ? toDigestYaml(values) : '',
  );
}

const seconds = (time: string) => `${time.slice(0, 19)}Z`;

/** Tells whether somebody else than the controller has changed the release. */
export function digestOf(release: Release): string {
  const { name, version, info, chart, config, manifest, hooks, namespace } =
    release;
  return sha256(
    JSON.stringify({
      name,
      version,
      info,
      chartMetadata: chart.metadata,
      config,
      manifest,
      hooks: hooks?.filter(({ events }) => !events.includes('test')),
      namespace,
    }),
  );
}

/** What the status says of a release. */
export function snapshotOf(release: Release, action?: string): Snapshot {
  const { info, chart } = release;
  return {
    apiVersion: 'v2',
    ...(action ? { action } : {}),
    digest: digestOf(release),
    name: release.name,
    namespace: release.namespace,
    version: release.version,
    status: info.status,
    chartName: chart.metadata.name,
    chartVersion: chart.metadata.version,
    ...(chart.metadata.appVersion
      ? { appVersion: chart.metadata.appVersion }
      : {}),
    configDigest: configDigestOf(release.config),
    firstDeployed: seconds(info.first_deployed),
    lastDeployed: seconds(info.last_deployed),
    ...(info.deleted ? { deleted: seconds(info.deleted) } : {}),
  };
}

/** The most recent release before the latest that was once deployed. */
export function previousOf(history: Snapshot[]): Snapshot | undefined {
  return history
    .slice(1)
    .find(({ status }) => status === 'deployed' || status === 'superseded');
}

/** The history without what is older than the release before the latest. */
export function truncate(history: Snapshot[]): Snapshot[] {
  const previous = previousOf(history);
  return history.slice(
    0,
    previous ? history.indexOf(previous) + 1 : MOST_SNAPSHOTS,
  );
}

/** `namespace/name.vN`, as in Flux's messages. */
export function fullName({ namespace, name, version }: Snapshot): string {
  return `${namespace}/${name}.v${version}`;
}

/** `chart@version`, as in Flux's messages. */
export function chartName(snapshot: Snapshot): string {
  return `${snapshot.chartName}@${snapshot.chartVersion}`;
}
