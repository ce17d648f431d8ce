const MAX_LENGTH = 256 * 1024;

// Generous first; an object that is too large by the last is cut everywhere
const LIMITS = [
  { text: 16_384, items: 1_000 },
  { text: 4_096, items: 200 },
  { text: 512, items: 50 },
  { text: 128, items: 10 },
];

type Json = Record<string, unknown>;

/**
 * An object of a size that can be shown: where it is too large, long texts and lists are cut, and say so.
 */
export function boundObject(object: Json): {
  object: Json;
  truncated: boolean;
} {
  if (fits(object)) {
    return { object, truncated: false };
  }
  for (const limit of LIMITS) {
    const cut = cutMembers(object, limit) as Json;
    if (fits(cut)) {
      return { object: cut, truncated: true };
    }
  }
  const { apiVersion, kind } = object;
  const { name, namespace } = object.metadata as Json;
  return {
    object: { apiVersion, kind, metadata: { name, namespace } },
    truncated: true,
  };
}

function fits(object: Json): boolean {
  return JSON.stringify(object).length <= MAX_LENGTH;
}

function cutMembers(
  value: unknown,
  limit: { text: number; items: number },
): unknown {
  if (typeof value === 'string') {
    return value.length > limit.text
      ? `${value.slice(0, limit.text)}… (${
          value.length - limit.text
        } more characters)`
      : value;
  }
  if (typeof value !== 'object' || value === null) {
    return value;
  }
  const list = Array.isArray(value) ? value : Object.entries(value);
  const more = list.length - limit.items;
  const kept = more > 0 ? list.slice(0, limit.items) : list;
  if (Array.isArray(value)) {
    const items = kept.map(item => cutMembers(item, limit));
    return more > 0 ? [...items, `… (${more} more)`] : items;
  }
  const members = kept.map(([name, member]) => [
    name,
    cutMembers(member, limit),
  ]);
  return Object.fromEntries(
    more > 0 ? [...members, ['…', `${more} more`]] : members,
  );
}
