import { KubernetesApiError, KubernetesClient } from '../../client';
import { formatDuration, parseDuration } from '../lib/duration';
import type { FluxObject } from '../lib/FluxObject';
import { sameJson } from '../lib/sameJson';
import { HELM_CHART } from '../source/helmChart';

const FIELD_MANAGER = 'helm-controller';

/** The HelmChart that the status names. */
function appliedChart({ status }: FluxObject) {
  const [namespace, name] = (status.helmChart ?? '').split('/');
  return name ? { ...HELM_CHART, namespace, name } : undefined;
}

/** Deletes the HelmChart that was made for the object. */
export async function deleteChart(
  object: FluxObject,
  client: KubernetesClient,
): Promise<void> {
  const key = appliedChart(object);
  if (!key) {
    return;
  }
  try {
    await client.delete(key);
    await object.event(
      'Normal',
      'HelmChartDeleted',
      `deleted HelmChart '${object.status.helmChart}'`,
    );
  } catch (error) {
    if (!(error instanceof KubernetesApiError && error.status === 404)) {
      throw error;
    }
  }
  object.status.helmChart = undefined;
}

/** Makes the HelmChart that the object's `spec.chart` describes. */
export async function applyChart(
  object: FluxObject,
  client: KubernetesClient,
): Promise<void> {
  const { spec, status, name, namespace } = object;
  const wanted = spec.chart && {
    namespace: spec.chart.spec.sourceRef.namespace || namespace,
    name: `${namespace}-${name}`,
  };
  const id = wanted && `${wanted.namespace}/${wanted.name}`;
  if (status.helmChart && status.helmChart !== id) {
    await deleteChart(object, client);
  }
  if (!wanted) {
    return;
  }
  const template = spec.chart.spec;
  const interval = parseDuration(
    template.interval,
    parseDuration(spec.interval, 600_000),
  );
  const chart = {
    ...HELM_CHART,
    metadata: {
      ...wanted,
      ...(spec.chart.metadata?.annotations
        ? { annotations: spec.chart.metadata.annotations }
        : {}),
      labels: {
        ...spec.chart.metadata?.labels,
        'helm.toolkit.fluxcd.io/name': name,
        'helm.toolkit.fluxcd.io/namespace': namespace,
      },
    },
    spec: {
      chart: template.chart,
      interval: formatDuration(interval),
      reconcileStrategy: template.reconcileStrategy ?? 'ChartVersion',
      sourceRef: {
        kind: template.sourceRef.kind,
        name: template.sourceRef.name,
      },
      version: template.version ?? '*',
      ...(template.valuesFiles ? { valuesFiles: template.valuesFiles } : {}),
      ...(template.ignoreMissingValuesFiles
        ? { ignoreMissingValuesFiles: true }
        : {}),
    },
  };
  const before = await client.get({ ...HELM_CHART, ...wanted });
  const after = await client.apply(chart, {
    fieldManager: FIELD_MANAGER,
    force: true,
  });
  const isChanged = before && !sameJson(before.spec, after.spec);
  if (!before || isChanged) {
    const action = before ? 'Configured' : 'Created';
    const { kind, name: source } = template.sourceRef;
    await object.event(
      'Normal',
      `HelmChart${action}`,
      `${action} HelmChart/${id} with SourceRef '${kind}/${wanted.namespace}/${source}'`,
    );
  }
  status.helmChart = id;
}
