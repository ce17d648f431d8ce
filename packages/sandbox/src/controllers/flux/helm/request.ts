import { createHash } from 'node:crypto';
import type { KubernetesClient } from '../../client';
import { parseDuration } from '../lib/duration';
import type { FluxObject } from '../lib/FluxObject';
import { applier } from '../kustomization/steps';
import type { Chart, Values } from './chart/Chart';
import type { Capabilities } from './chart/render';
import type { HelmContext } from './release/HelmContext';
import { HelmLog } from './release/HelmLog';
import type { Release } from './release/Release';
import { ReleaseStorage } from './release/ReleaseStorage';

/** One reconciliation of a HelmRelease, once it has a chart and values. */
export interface HelmRequest {
  object: FluxObject;
  chart: Chart;
  values: Values;
  client: KubernetesClient;
  signal: AbortSignal;
  capabilities: Capabilities;
  healthPollMs: number;
}

export type HelmAction = 'install' | 'upgrade' | 'rollback' | 'uninstall';

const DEFAULT_TIMEOUT_MS = 300_000;
const MOST_CHARACTERS = 53;
const HASH_CHARACTERS = 12;

/** The name of the Helm release, as it is in messages. */
export function releaseName({ spec, name }: FluxObject): string {
  return (
    spec.releaseName ??
    (spec.targetNamespace ? `${spec.targetNamespace}-${name}` : name)
  );
}

/** The name as Helm takes it: a long one ends with its hash. */
export function shortName(name: string): string {
  const hash = createHash('sha256').update(name).digest('hex');
  return name.length <= MOST_CHARACTERS
    ? name
    : `${name.slice(0, MOST_CHARACTERS - HASH_CHARACTERS - 1)}-${hash.slice(
        0,
        HASH_CHARACTERS,
      )}`;
}

export function releaseNamespace({ spec, namespace }: FluxObject): string {
  return spec.targetNamespace ?? namespace;
}

export function storageNamespace({ spec, namespace }: FluxObject): string {
  return spec.storageNamespace ?? namespace;
}

/** How long an action may take. */
export function timeoutOf({ spec }: FluxObject, action: HelmAction): number {
  return parseDuration(
    spec[action]?.timeout,
    parseDuration(spec.timeout, DEFAULT_TIMEOUT_MS),
  );
}

/** What Helm's actions get for the object; `onWrite` sees every release that they store. */
export function helmContext(
  request: Pick<
    HelmRequest,
    'object' | 'client' | 'signal' | 'capabilities' | 'healthPollMs'
  >,
  action: HelmAction,
  onWrite: (release: Release) => void = () => {},
): HelmContext {
  const { object, signal } = request;
  const { spec, status } = object;
  const client = applier(object, request.client);
  const own = spec[action] ?? {};
  return {
    name: shortName(releaseName(object)),
    namespace: releaseNamespace(object),
    storage: new ReleaseStorage({
      client,
      namespace: status.storageNamespace ?? storageNamespace(object),
      onWrite,
    }),
    resources: {
      client,
      signal,
      pollMs: request.healthPollMs,
      timeoutMs: timeoutOf(object, action),
      labels: {
        'helm.toolkit.fluxcd.io/name': object.name,
        'helm.toolkit.fluxcd.io/namespace': object.namespace,
        ...spec.commonMetadata?.labels,
      },
      annotations: spec.commonMetadata?.annotations ?? {},
    },
    capabilities: request.capabilities,
    log: new HelmLog(),
    maxHistory: spec.maxHistory ?? 5,
    wait: !own.disableWait,
    waitForJobs: !own.disableWaitForJobs,
    hooks: !own.disableHooks,
  };
}
