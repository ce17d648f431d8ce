/**
 * A deep copy of plain data. Unlike `structuredClone` it drops what is undefined, and its objects
 * are of the caller's realm, on which strict comparison depends.
 */
export function copyJson<T>(value: T): T {
  return JSON.parse(JSON.stringify(value));
}
