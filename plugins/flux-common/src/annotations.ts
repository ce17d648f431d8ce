import { InputError } from '@backstage/errors';
import { fluxKinds, kindByShortName } from './kinds';
import type { ObjectRef } from './refs';

/** On entities: the Flux objects that deploy it, e.g. `kustomization:orders/orders, helmrelease:orders/redis`. @public */
export const FLUX_RESOURCES_ANNOTATION = 'fluxcd.io/resources';
/** On entities: clusters to look at, separated by commas. @public */
export const KUBERNETES_CLUSTER_ANNOTATION = 'backstage.io/kubernetes-cluster';
/** On entities: value of the label of the same name on objects. @public */
export const KUBERNETES_ID_ANNOTATION = 'backstage.io/kubernetes-id';
/** On entities: a label selector. @public */
export const KUBERNETES_LABEL_SELECTOR_ANNOTATION =
  'backstage.io/kubernetes-label-selector';
/** On entities: namespace to which the id or the label selector is limited. @public */
export const KUBERNETES_NAMESPACE_ANNOTATION =
  'backstage.io/kubernetes-namespace';

/** On Flux objects: asks for a reconciliation now; any new value counts. @public */
export const RECONCILE_REQUESTED_AT_ANNOTATION =
  'reconcile.fluxcd.io/requestedAt';
/** On HelmReleases: forces an upgrade; must equal `requestedAt`. @public */
export const RECONCILE_FORCE_AT_ANNOTATION = 'reconcile.fluxcd.io/forceAt';
/** On HelmReleases: resets the failure counts; must equal `requestedAt`. @public */
export const RECONCILE_RESET_AT_ANNOTATION = 'reconcile.fluxcd.io/resetAt';
/** On objects in a source: `disabled` keeps Flux from applying them. @public */
export const KUSTOMIZE_RECONCILE_ANNOTATION =
  'kustomize.toolkit.fluxcd.io/reconcile';
/** On ArtifactGenerators: `disabled` stops them; they have no spec.suspend. @public */
export const SOURCE_EXTENSIONS_RECONCILE_ANNOTATION =
  'source.extensions.fluxcd.io/reconcile';

/** On Flux objects: entity reference of who asked Backstage for the last reconciliation. @public */
export const REQUESTED_BY_ANNOTATION = 'backstage-flux.io/requested-by';
/** On Flux objects: entity reference of who suspended it through Backstage. @public */
export const SUSPENDED_BY_ANNOTATION = 'backstage-flux.io/suspended-by';
/** On Flux objects: why it was suspended. @public */
export const SUSPENDED_REASON_ANNOTATION = 'backstage-flux.io/suspended-reason';
/** On Flux objects: when it was suspended, ISO 8601. @public */
export const SUSPENDED_AT_ANNOTATION = 'backstage-flux.io/suspended-at';

const NAME = /^[a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?$/;
const EXPECTED = 'kind:namespace/name, e.g. kustomization:orders/orders';

function parsePart(part: string): ObjectRef {
  const fail = (why: string): never => {
    throw new InputError(
      `The part '${part.slice(
        0,
        120,
      )}' of the annotation ${FLUX_RESOURCES_ANNOTATION} ${why}; expected ${EXPECTED}`,
    );
  };
  const colon = part.indexOf(':');
  if (colon < 0) return fail('names no kind');
  const short = part.slice(0, colon).trim();
  const info = kindByShortName(short);
  if (!info) {
    const known = fluxKinds.flatMap(k => k.shortName ?? []).join(', ');
    return fail(`has the unknown kind '${short}' (known: ${known})`);
  }
  const segments = part.slice(colon + 1).split('/');
  if (segments.length !== 2) return fail('needs one namespace and one name');
  const [namespace, name] = segments.map(s => s.trim());
  if (!NAME.test(namespace)) return fail(`has a wrong namespace`);
  if (!NAME.test(name)) return fail(`has a wrong name`);
  return { group: info.group, kind: info.kind, namespace, name };
}

/**
 * Reads the annotation `fluxcd.io/resources`: `kind:namespace/name`, separated by commas. Duplicates
 * count once.
 *
 * @throws `InputError` that names the wrong part and what is expected.
 * @public
 */
export function parseFluxResources(value: string): ObjectRef[] {
  const parts = value
    .split(',')
    .map(p => p.trim())
    .filter(Boolean);
  if (parts.length === 0) {
    throw new InputError(
      `The annotation ${FLUX_RESOURCES_ANNOTATION} is empty; expected ${EXPECTED}`,
    );
  }
  const seen = new Map(
    parts.map(parsePart).map(ref => [JSON.stringify(ref), ref] as const),
  );
  return [...seen.values()];
}
