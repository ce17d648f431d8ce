import type { Signature } from '../signature';
import type { Value } from '../values';

/** A function that templates may call. */
export interface GoFunction {
  signature: Signature;
  call(...args: any[]): Value;
}

export type Functions = Record<string, GoFunction>;

/** Functions, each from its signature and what it does. */
export function define(
  table: Record<string, [Signature, (...args: any[]) => Value]>,
): Functions {
  return Object.fromEntries(
    Object.entries(table).map(([name, [signature, call]]) => [
      name,
      { signature, call },
    ]),
  );
}
