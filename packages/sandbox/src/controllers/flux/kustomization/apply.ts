import { sameJson } from '../lib/sameJson';
import {
  KubernetesApiError,
  KubernetesClient,
  KubernetesObject,
} from '../../client';
import { keyOf } from '../../runtime';

const FIELD_MANAGER = 'kustomize-controller';

// The order in which kustomize-controller's apply sorts kinds; others come after, webhooks last.
const ORDER = [
  'CustomResourceDefinition',
  'Namespace',
  'ClusterClass',
  'RuntimeClass',
  'PriorityClass',
  'StorageClass',
  'VolumeSnapshotClass',
  'IngressClass',
  'GatewayClass',
  'ResourceQuota',
  'ServiceAccount',
  'Role',
  'ClusterRole',
  'RoleBinding',
  'ClusterRoleBinding',
  'ConfigMap',
  'Secret',
  'Service',
  'LimitRange',
  'Deployment',
  'StatefulSet',
  'CronJob',
  'PodDisruptionBudget',
];
const LAST = ['MutatingWebhookConfiguration', 'ValidatingWebhookConfiguration'];
const FIRST_STAGE = ['CustomResourceDefinition', 'Namespace', 'ClusterRole'];

/** Applying failed; the message is Flux's. */
export class ApplyError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'ApplyError';
  }
}

export type ApplyAction = 'created' | 'configured' | 'unchanged' | 'skipped';

export interface ApplyResult {
  object: KubernetesObject;
  action: ApplyAction;
}

/** `Kind/namespace/name`, as in Flux's messages. */
export function nameOf({ kind, metadata }: KubernetesObject): string {
  return [kind, metadata.namespace, metadata.name].filter(Boolean).join('/');
}

function rank(kind: string): number {
  if (LAST.includes(kind)) {
    return ORDER.length + 1;
  }
  const at = ORDER.indexOf(kind);
  return at < 0 ? ORDER.length : at;
}

/** In the order in which they are applied. */
export function sortForApply(objects: KubernetesObject[]): KubernetesObject[] {
  return [...objects].sort(
    (a, b) => rank(a.kind) - rank(b.kind) || (nameOf(a) < nameOf(b) ? -1 : 1),
  );
}

function dryRunError(object: KubernetesObject, error: unknown): ApplyError {
  if (!(error instanceof KubernetesApiError)) {
    return new ApplyError(
      `${nameOf(object)} dry-run failed: ${(error as Error).message}`,
    );
  }
  if (error.status === 404) {
    return new ApplyError(`${nameOf(object)} not found: ${error.message}`);
  }
  const typed = error.message.startsWith('failed to create typed patch object');
  const reason =
    typed || ['', 'Unknown', 'InternalError'].includes(error.reason ?? '')
      ? ''
      : ` (${error.reason})`;
  const end = typed && !error.message.endsWith('\n') ? '\n' : '';
  return new ApplyError(
    `${nameOf(object)} dry-run failed${reason}: ${error.message}${end}`,
  );
}

/** What tells two states of an object apart; the server's own bookkeeping does not. */
function comparable(object: KubernetesObject): unknown {
  const { managedFields, resourceVersion, generation, ...metadata } =
    object.metadata;
  const { status, ...rest } = object;
  return { ...rest, metadata };
}

/**
 * Applies objects as kustomize-controller does: in stages, each dry-run before any of it is
 * applied, and only what differs from the cluster.
 */
export async function applyAll(
  objects: KubernetesObject[],
  client: KubernetesClient,
  options: { force?: boolean } = {},
): Promise<ApplyResult[]> {
  const sorted = sortForApply(objects);
  const stages = [
    sorted.filter(object => FIRST_STAGE.includes(object.kind)),
    sorted.filter(object => !FIRST_STAGE.includes(object.kind)),
  ];
  const results: ApplyResult[] = [];
  for (const stage of stages) {
    const planned: { object: KubernetesObject; action: ApplyAction }[] = [];
    for (const object of stage) {
      planned.push({ object, action: await plan(object, client, options) });
    }
    for (const { object, action } of planned) {
      if (action === 'created' || action === 'configured') {
        await apply(object, client);
      }
      results.push({ object, action });
    }
  }
  return results;
}

async function plan(
  object: KubernetesObject,
  client: KubernetesClient,
  options: { force?: boolean },
): Promise<ApplyAction> {
  const kind = await client.resource(object);
  if (!kind) {
    throw new ApplyError(
      `${nameOf(object)} dry-run failed: no matches for kind "${
        object.kind
      }" in version "${object.apiVersion}"`,
    );
  }
  if (kind.namespaced && !object.metadata.namespace) {
    throw new ApplyError(
      `${nameOf(
        object,
      )} namespace not specified: the server could not find the requested resource`,
    );
  }
  const existing = await lookUp(object, client);
  if (existing && isFrozen(object, existing)) {
    return 'skipped';
  }
  try {
    const result = await client.apply(object, {
      fieldManager: FIELD_MANAGER,
      force: true,
      dryRun: true,
    });
    if (!existing) {
      return 'created';
    }
    return sameJson(comparable(result), comparable(existing))
      ? 'unchanged'
      : 'configured';
  } catch (error) {
    const immutable =
      error instanceof KubernetesApiError &&
      error.reason === 'Invalid' &&
      /immutable/.test(error.message);
    if (immutable && options.force) {
      await client.delete(keyOf(object), { propagationPolicy: 'Background' });
      return 'created';
    }
    throw dryRunError(object, error);
  }
}

/** What the identity may not read is left to the apply, whose refusal says more. */
async function lookUp(
  object: KubernetesObject,
  client: KubernetesClient,
): Promise<KubernetesObject | undefined> {
  try {
    return await client.get(keyOf(object));
  } catch (error) {
    if (
      error instanceof KubernetesApiError &&
      (error.status === 403 || error.status === 404)
    ) {
      return undefined;
    }
    throw dryRunError(object, error);
  }
}

function isFrozen(
  object: KubernetesObject,
  existing: KubernetesObject,
): boolean {
  const has = (key: string, value: string) =>
    object.metadata.annotations?.[key]?.toLowerCase() === value ||
    existing.metadata.annotations?.[key]?.toLowerCase() === value;
  return (
    has('kustomize.toolkit.fluxcd.io/reconcile', 'disabled') ||
    has('kustomize.toolkit.fluxcd.io/ssa', 'ignore') ||
    has('kustomize.toolkit.fluxcd.io/ssa', 'ifnotpresent')
  );
}

async function apply(
  object: KubernetesObject,
  client: KubernetesClient,
): Promise<void> {
  try {
    await client.apply(object, { fieldManager: FIELD_MANAGER, force: true });
  } catch (error) {
    throw new ApplyError(
      `${nameOf(object)} apply failed: ${(error as Error).message}`,
    );
  }
}
