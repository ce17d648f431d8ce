import { kindTable } from './kindTable';

/**
 * What a kind is for; screens group and order by it.
 *
 * @public
 */
export type KindCategory =
  | 'source'
  | 'image'
  | 'applier'
  | 'workload'
  | 'delivery'
  | 'network'
  | 'notification'
  | 'other';

/**
 * A kind that the plugins handle. Versions are left out on purpose: every cluster serves its own,
 * and they are discovered.
 *
 * @public
 */
export interface KindInfo {
  /** Empty for the core group. */
  group: string;
  kind: string;
  /** As in request paths, e.g. `kustomizations`. */
  plural: string;
  category: KindCategory;
  /** What people call it. */
  label: string;
  /** How the annotation `fluxcd.io/resources` names it; only for Flux's and Flagger's kinds. */
  shortName?: string;
  namespaced: boolean;
  /** Its controller answers the annotation `reconcile.fluxcd.io/requestedAt`. */
  reconcilable: boolean;
  /** It has `spec.suspend` and its controller honours it. */
  suspendable: boolean;
  /** It is one of Flux's own kinds. */
  flux: boolean;
}

/**
 * All kinds that are handled, in the order in which screens show them.
 *
 * @public
 */
export const fluxKinds: readonly KindInfo[] = kindTable;

const byKey = new Map(kindTable.map(k => [`${k.group}/${k.kind}`, k]));
const byShortName = new Map(
  kindTable.flatMap(k => (k.shortName ? [[k.shortName, k] as const] : [])),
);
const order = new Map(kindTable.map((k, i) => [`${k.group}/${k.kind}`, i]));

/**
 * Finds a kind; undefined when it is not handled.
 *
 * @public
 */
export function kindInfo(group: string, kind: string): KindInfo | undefined {
  return byKey.get(`${group}/${kind}`);
}

/**
 * Finds a kind by its name in the annotation `fluxcd.io/resources`, in any case.
 *
 * @public
 */
export function kindByShortName(shortName: string): KindInfo | undefined {
  return byShortName.get(shortName.toLowerCase());
}

/**
 * Place of a kind in the order of screens; kinds that are not handled come last.
 *
 * @public
 */
export function kindOrder(group: string, kind: string): number {
  return order.get(`${group}/${kind}`) ?? kindTable.length;
}
