/** Longest message that is kept of a cluster's own words. */
export const MAX_MESSAGE = 2000;

/** A raw object whose shape nobody has checked. */
export type Raw = Record<string, unknown>;

export function rec(value: unknown): Raw {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Raw)
    : {};
}

export function list(value: unknown, max = 200): unknown[] {
  return Array.isArray(value) ? value.slice(0, max) : [];
}

export function str(value: unknown, max = 512): string | undefined {
  return typeof value === 'string' && value !== ''
    ? cut(value, max)
    : undefined;
}

/** A part of a text keeps the whole in memory, which may be megabytes; a copy doesn't. */
function cut(text: string, max: number): string {
  return text.length > max
    ? JSON.parse(JSON.stringify(text.slice(0, max)))
    : text;
}

export function num(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isFinite(value)
    ? value
    : undefined;
}

export function strings(value: unknown, max = 64): Record<string, string> {
  const out: Record<string, string> = {};
  for (const [key, v] of Object.entries(rec(value)).slice(0, max)) {
    if (typeof v === 'string' && key !== '__proto__') out[key] = cut(v, 256);
  }
  return out;
}

/** An instant as ISO 8601, or nothing when it is none. */
export function time(value: unknown): string | undefined {
  const text = str(value, 64);
  return text && !Number.isNaN(Date.parse(text)) ? text : undefined;
}

/**
 * A message as it may leave the cluster: bounded, and without what works as a password. A receiver's
 * path is a capability, and URLs may carry credentials.
 */
export function message(value: unknown): string | undefined {
  const text = str(value, 4 * MAX_MESSAGE)
    ?.replace(/\/hook\/[0-9a-f]{8,}/gi, '/hook/…')
    .replace(/(\w+:\/\/)[^\s/@'"]+:[^\s/@'"]*@/g, '$1')
    .trim();
  return text === undefined ? undefined : cut(text, MAX_MESSAGE);
}

/** Drops undefined members, so that equal projections are equal as JSON. */
export function compact<T extends object>(value: T): T {
  return Object.fromEntries(
    Object.entries(value).filter(([, v]) => v !== undefined),
  ) as T;
}
