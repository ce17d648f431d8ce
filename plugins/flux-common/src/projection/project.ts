import * as names from '../annotations';
import type { SuspensionView } from '../api';
import { kindInfo } from '../kinds';
import { resourceId } from '../refs';
import {
  compact,
  list,
  message,
  num,
  rec,
  str,
  strings,
  time,
  type Raw,
} from '../raw';
import { projectHelmRelease, projectKustomization } from './applier';
import {
  projectAutomation,
  projectImagePolicy,
  projectImageRepository,
} from './image';
import { projectCanary, projectNetwork } from './network';
import { applierOf, groupOf, meta } from './references';
import { projectSource } from './source';
import type { ProjectedCondition, Projection } from './types';
import { projectPod, projectWorkload } from './workload';

type Family = Partial<
  Pick<
    Projection,
    'source' | 'applier' | 'image' | 'workload' | 'pod' | 'canary' | 'network'
  >
>;

function family(object: Raw, kind: string, group: string, ns: string): Family {
  switch (kindInfo(group, kind)?.category) {
    case 'source':
      return { source: projectSource(object, kind, ns) };
    case 'applier':
      return {
        applier:
          kind === 'HelmRelease'
            ? projectHelmRelease(object, ns)
            : projectKustomization(object, ns),
      };
    case 'image':
      if (kind === 'ImageRepository') {
        return { image: projectImageRepository(object) };
      }
      return {
        image:
          kind === 'ImagePolicy'
            ? projectImagePolicy(object, ns)
            : projectAutomation(object, ns),
      };
    case 'workload':
      return {
        workload: projectWorkload(object, kind),
        ...(kind === 'Pod' ? { pod: projectPod(object) } : {}),
      };
    case 'delivery':
      return { canary: projectCanary(object, ns) };
    case 'network':
      return { network: projectNetwork(object) };
    default:
      return {};
  }
}

function conditions(status: Raw): ProjectedCondition[] {
  return list(status.conditions, 24).flatMap(c => {
    const raw = rec(c);
    const type = str(raw.type, 128);
    const value = raw.status;
    if (!type || (value !== 'True' && value !== 'False' && value !== 'Unknown'))
      return [];
    return [
      compact<ProjectedCondition>({
        type,
        status: value,
        reason: str(raw.reason, 256),
        message: message(raw.message),
        observedGeneration: num(raw.observedGeneration),
        lastTransitionTime: time(raw.lastTransitionTime),
        lastUpdateTime: time(raw.lastUpdateTime),
      }),
    ];
  });
}

function suspension(annotations: Raw): SuspensionView | undefined {
  const view = compact<SuspensionView>({
    by: str(annotations[names.SUSPENDED_BY_ANNOTATION]),
    reason: str(annotations[names.SUSPENDED_REASON_ANNOTATION], 280),
    at: time(annotations[names.SUSPENDED_AT_ANNOTATION]),
  });
  return Object.keys(view).length > 0 ? view : undefined;
}

function owners(metadata: Raw): Projection['owners'] {
  return list(metadata.ownerReferences, 16).flatMap(o => {
    const raw = rec(o);
    const kind = str(raw.kind);
    const name = str(raw.name);
    return kind && name
      ? [
          compact({
            group: groupOf(raw.apiVersion),
            kind,
            name,
            uid: str(raw.uid, 64),
          }),
        ]
      : [];
  });
}

/**
 * Reduces an object, as an API server gives it, to what screens and rules need. Never throws: what is
 * missing or of a wrong type is left out. Items of a list carry no apiVersion and kind of their own;
 * pass them as `type`.
 *
 * @public
 */
export function project(
  cluster: string,
  rawObject: unknown,
  type: { apiVersion?: string; kind?: string } = {},
): Projection {
  const object = rec(rawObject);
  const metadata = meta(object);
  const apiVersion = str(object.apiVersion) ?? type.apiVersion ?? '';
  const group = groupOf(apiVersion);
  const kind = str(object.kind) ?? type.kind ?? '';
  const namespace = str(metadata.namespace, 253) ?? '';
  const ref = {
    cluster,
    group,
    kind,
    namespace,
    name: str(metadata.name, 253) ?? '',
  };
  const spec = rec(object.spec);
  const status = rec(object.status);
  const annotations = rec(metadata.annotations);
  const labels = strings(metadata.labels);
  const suspended = spec.suspend === true;
  // The like-named annotation of kustomize-controller stops only the applying of the object.
  const disabled =
    kind === 'ArtifactGenerator' &&
    annotations[names.SOURCE_EXTENSIONS_RECONCILE_ANNOTATION] === 'disabled';
  return compact<Projection>({
    id: resourceId(ref),
    ref,
    version: apiVersion.slice(apiVersion.indexOf('/') + 1),
    uid: str(metadata.uid, 64),
    generation: num(metadata.generation),
    observedGeneration: num(status.observedGeneration),
    createdAt: time(metadata.creationTimestamp),
    deletedAt: time(metadata.deletionTimestamp),
    labels,
    suspended,
    disabled: disabled || undefined,
    interval: str(spec.interval, 32),
    conditions: conditions(status),
    owners: owners(metadata),
    appliedBy: applierOf(labels),
    requestedAt: str(annotations[names.RECONCILE_REQUESTED_AT_ANNOTATION], 128),
    requestedBy: str(annotations[names.REQUESTED_BY_ANNOTATION]),
    handledAt: str(status.lastHandledReconcileAt, 128),
    suspension: suspended ? suspension(annotations) : undefined,
    ...family(object, kind, group, namespace),
  });
}
