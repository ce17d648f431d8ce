import { compact, list, num, rec, str, type Raw } from '../raw';
import { reference } from './references';
import type { CanaryProjection, NetworkProjection } from './types';

function port(value: unknown): string {
  const raw = rec(value);
  const from = num(raw.port);
  const to = num(raw.targetPort) ?? str(raw.targetPort, 63);
  if (from === undefined) return '';
  return to === undefined || to === from ? `${from}` : `${from} → ${to}`;
}

export function projectNetwork(object: Raw): NetworkProjection {
  const spec = rec(object.spec);
  const hosts = [
    str(rec(spec.virtualhost).fqdn, 253),
    ...list(spec.rules, 20).map(r => str(rec(r).host, 253)),
    ...list(spec.hostnames, 20).map(h => str(h, 253)),
  ].filter((h): h is string => h !== undefined);
  const ports = list(spec.ports, 20).map(port).filter(Boolean).join(', ');
  return compact<NetworkProjection>({
    ports: ports || undefined,
    hosts: hosts.length > 0 ? [...new Set(hosts)] : undefined,
  });
}

export function projectCanary(
  object: Raw,
  namespace: string,
): CanaryProjection {
  const status = rec(object.status);
  return compact<CanaryProjection>({
    target: reference(rec(object.spec).targetRef, namespace, { group: 'apps' }),
    phase: str(status.phase, 64),
    weight: num(status.canaryWeight),
    iterations: num(status.iterations),
    failedChecks: num(status.failedChecks),
  });
}
