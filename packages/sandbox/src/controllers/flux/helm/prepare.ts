import type { KubernetesClient, KubernetesObject } from '../../client';
import type { ReconcileContext } from '../../runtime';
import { getCondition, isReady } from '../lib/conditions';
import type { FluxObject } from '../lib/FluxObject';
import { downloadArtifact } from '../source/fetchArtifact';
import { HELM_CHART } from '../source/helmChart';
import { loadArchive } from './chart/Chart';
import { composeValues } from './valuesFrom';

export const HELM_RELEASE = {
  apiVersion: 'helm.toolkit.fluxcd.io/v2',
  kind: 'HelmRelease',
};

const DEPENDENCY_RETRY_MS = 2000;

/** What stands between a HelmRelease and its release, with the reason that Flux gives. */
export class Obstacle extends Error {
  constructor(
    readonly reason: string,
    message: string,
    /** Without it the obstacle is tried again with growing waits. */
    readonly retryMs?: number,
  ) {
    super(message);
    this.name = 'Obstacle';
  }
}

/** The HelmChart that the object installs. */
export function chartKey({ spec, status, namespace }: FluxObject) {
  const [chartNamespace, name] = spec.chartRef
    ? [spec.chartRef.namespace || namespace, spec.chartRef.name]
    : status.helmChart.split('/');
  return {
    ...HELM_CHART,
    namespace: chartNamespace as string,
    name: name as string,
  };
}

async function checkDependencies(object: FluxObject, client: KubernetesClient) {
  for (const reference of object.spec.dependsOn ?? []) {
    const { name } = reference;
    const namespace = reference.namespace || object.namespace;
    const dependency = await client.get({ ...HELM_RELEASE, namespace, name });
    const fail = (why: string) =>
      new Obstacle('DependencyNotReady', why, DEPENDENCY_RETRY_MS);
    if (!dependency) {
      throw fail(
        `unable to get '${namespace}/${name}' dependency: helmreleases.helm.toolkit.fluxcd.io "${name}" not found`,
      );
    }
    if (
      dependency.status?.observedGeneration !==
        dependency.metadata.generation ||
      !isReady(dependency)
    ) {
      throw fail(`dependency '${namespace}/${name}' is not ready`);
    }
  }
}

/** Why a source cannot be used yet. */
function notReady({ metadata, status }: KubernetesObject): string | undefined {
  const conditions = status?.conditions;
  if (status?.observedGeneration !== metadata.generation) {
    const ready = getCondition(conditions, 'Ready');
    return ready?.status === 'False'
      ? ready.message
      : 'latest generation of object has not been reconciled';
  }
  const stalled = getCondition(conditions, 'Stalled');
  if (stalled?.status === 'True') {
    return stalled.message;
  }
  return status.artifact ? undefined : 'does not have an artifact';
}

/**
 * The chart and the values of the object.
 *
 * @throws Obstacle when something is not there yet.
 */
export async function prepare(
  object: FluxObject,
  { client, signal }: ReconcileContext,
) {
  await checkDependencies(object, client);
  const key = chartKey(object);
  const source = await client.get(key);
  if (!source) {
    throw new Obstacle(
      'ArtifactFailed',
      `could not get Source object: helmcharts.source.toolkit.fluxcd.io "${key.name}" not found`,
    );
  }
  const why = notReady(source);
  if (why) {
    throw new Obstacle(
      'SourceNotReady',
      `HelmChart '${key.namespace}/${key.name}' is not ready: ${why}`,
      DEPENDENCY_RETRY_MS,
    );
  }
  const values = await composeValues(object, client).catch(error => {
    throw new Obstacle('ValuesError', (error as Error).message);
  });
  const chart = await downloadArtifact(source.status.artifact, signal)
    .then(loadArchive)
    .catch(error => {
      throw new Obstacle(
        'ArtifactFailed',
        `Could not load chart: ${(error as Error).message}`,
      );
    });
  return { values, chart };
}
