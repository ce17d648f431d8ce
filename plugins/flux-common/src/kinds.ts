import { kindTable, type KindInfo } from './kindTable';

export type { KindCategory, KindInfo } from './kindTable';

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
