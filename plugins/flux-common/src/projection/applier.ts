import { inventoryIds } from '../inventory';
import { compact, list, num, rec, str, time, type Raw } from '../raw';
import { reference } from './references';
import type { ApplierProjection } from './types';

function dependencies(spec: Raw, kind: string, namespace: string) {
  return list(spec.dependsOn).flatMap(
    d => reference({ ...rec(d), kind }, namespace) ?? [],
  );
}

function latest(times: (string | undefined)[]): string | undefined {
  return times
    .filter((t): t is string => t !== undefined)
    .sort((a, b) => Date.parse(b) - Date.parse(a))[0];
}

/** The newest entry of a history is about what was built last; it counts its tries. */
function failingSince(newest: Raw): string | undefined {
  return /Failed$/.test(str(newest.lastReconciledStatus) ?? '')
    ? time(newest.firstReconciled)
    : undefined;
}

export function projectKustomization(
  object: Raw,
  namespace: string,
): ApplierProjection {
  const spec = rec(object.spec);
  const status = rec(object.status);
  return compact<ApplierProjection>({
    source: reference(spec.sourceRef, namespace),
    dependsOn: dependencies(spec, 'Kustomization', namespace),
    path: str(spec.path),
    targetNamespace: str(spec.targetNamespace),
    serviceAccountName: str(spec.serviceAccountName),
    timeout: str(spec.timeout, 32),
    healthChecks: list(spec.healthChecks).flatMap(
      h => reference({ apiVersion: '', ...rec(h) }, namespace) ?? [],
    ),
    appliedRevision: str(status.lastAppliedRevision),
    attemptedRevision: str(status.lastAttemptedRevision),
    originRevision: str(status.lastAppliedOriginRevision),
    inventory: inventoryIds(status.inventory),
    failingSince: failingSince(rec(list(status.history)[0])),
    lastRunAt: latest(
      list(status.history).map(h => time(rec(h).lastReconciled)),
    ),
  });
}

export function projectHelmRelease(
  object: Raw,
  namespace: string,
): ApplierProjection {
  const spec = rec(object.spec);
  const status = rec(object.status);
  const template = rec(rec(spec.chart).spec);
  const [chartNamespace, chartName] = (str(status.helmChart) ?? '').split('/');
  const releases = list(status.history).map(rec);
  const deployed = releases.find(r => r.status === 'deployed');
  return compact<ApplierProjection>({
    source:
      reference(spec.chartRef, namespace) ??
      reference(
        { kind: 'HelmChart', namespace: chartNamespace, name: chartName },
        namespace,
      ) ??
      reference(template.sourceRef, namespace),
    dependsOn: dependencies(spec, 'HelmRelease', namespace),
    path: str(template.chart),
    targetNamespace: str(spec.targetNamespace),
    serviceAccountName: str(spec.serviceAccountName),
    timeout: str(spec.timeout, 32),
    healthChecks: [],
    appliedRevision: str(deployed?.chartVersion),
    attemptedRevision: str(status.lastAttemptedRevision),
    inventory: inventoryIds(status.inventory),
    lastRunAt: latest(releases.map(r => time(r.lastDeployed))),
    chart: str((deployed ?? releases[0])?.chartName) ?? str(template.chart),
    chartVersion: str(deployed?.chartVersion),
    appVersion: str(deployed?.appVersion),
    failures: num(status.failures),
  });
}
