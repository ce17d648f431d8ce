import { isScalar, LineCounter, parseAllDocuments, Scalar, visit } from 'yaml';

/** The image that a policy chose. */
export interface ImageRef {
  name: string;
  tag?: string;
  digest?: string;
}

/** One value that a marker changed, as message templates see it. */
export interface SetterChange {
  setter: string;
  oldValue: string;
  newValue: string;
  object: { kind: string; namespace: string; name: string };
}

interface Marker {
  policy: string;
  part: 'image' | 'tag' | 'name' | 'digest';
}

/** The marker in a comment: `{"$imagepolicy": "namespace:name:part"}`. */
export function parseMarker(comment: string): Marker | undefined {
  const json = /\{\s*"\$imagepolicy".*\}/.exec(comment)?.[0];
  if (!json) {
    return undefined;
  }
  let value: unknown;
  try {
    value = JSON.parse(json).$imagepolicy;
  } catch {
    return undefined;
  }
  const [namespace, name, part, more] = String(value).split(':');
  if (!namespace || !name || more !== undefined) {
    return undefined;
  }
  if (part !== undefined && !['tag', 'name', 'digest'].includes(part)) {
    return undefined;
  }
  return {
    policy: `${namespace}:${name}`,
    part: (part as Marker['part']) ?? 'image',
  };
}

function valueOf(ref: ImageRef, part: Marker['part']): string {
  switch (part) {
    case 'tag':
      return ref.tag ?? '';
    case 'name':
      return ref.name;
    case 'digest':
      return ref.digest ?? '';
    default:
      return `${ref.name}${ref.tag ? `:${ref.tag}` : ''}${
        ref.digest ? `@${ref.digest}` : ''
      }`;
  }
}

function quoted(value: string, scalar: Scalar): string {
  if (scalar.type === 'QUOTE_DOUBLE') {
    return JSON.stringify(value);
  }
  if (scalar.type === 'QUOTE_SINGLE') {
    return `'${value.replace(/'/g, "''")}'`;
  }
  // A tag like `1.10` or `123` would become a number.
  return /^[+-]?(\d[\d_]*)?\.?\d+([eE][+-]?\d+)?$|^(true|false|null|yes|no|on|off|~)$/i.test(
    value,
  )
    ? `"${value}"`
    : value;
}

/**
 * Replaces what markers name in a YAML text, and nothing else: layout, comments and quotes stay.
 * A text that is not YAML is left alone.
 *
 * @param policies - by `namespace:name`; markers of other policies are left alone.
 */
export function applySetters(
  text: string,
  policies: ReadonlyMap<string, ImageRef>,
): { text: string; changes: SetterChange[] } {
  if (!text.includes('$imagepolicy')) {
    return { text, changes: [] };
  }
  const documents = parseAllDocuments(text, { lineCounter: new LineCounter() });
  const edits: { from: number; to: number; value: string }[] = [];
  const changes: SetterChange[] = [];
  for (const document of Array.isArray(documents) ? documents : []) {
    if (document.errors.length > 0) {
      return { text, changes: [] };
    }
    const object = document.toJS();
    visit(document, {
      Scalar(_key, node) {
        if (!isScalar(node) || !node.range) {
          return;
        }
        // The comment on the value's own line; the parser may hang it elsewhere.
        const [from, to] = node.range;
        const rest = text.slice(to, endOfLine(text, to));
        const marker = /^[ \t,}\]]*#/.test(rest)
          ? parseMarker(rest)
          : undefined;
        const ref = marker && policies.get(marker.policy);
        if (!marker || !ref || typeof node.source !== 'string') {
          return;
        }
        const newValue = valueOf(ref, marker.part);
        const oldValue = node.source;
        if (newValue && newValue !== oldValue) {
          edits.push({ from, to, value: quoted(newValue, node) });
          changes.push({
            setter:
              marker.part === 'image'
                ? marker.policy
                : `${marker.policy}:${marker.part}`,
            oldValue,
            newValue,
            object: {
              kind: object?.kind ?? '',
              namespace: object?.metadata?.namespace ?? '',
              name: object?.metadata?.name ?? '',
            },
          });
        }
      },
    });
  }
  const edited = edits
    .sort((a, b) => b.from - a.from)
    .reduce(
      (result, edit) =>
        result.slice(0, edit.from) + edit.value + result.slice(edit.to),
      text,
    );
  return { text: edited, changes };
}

function endOfLine(text: string, from: number): number {
  const at = text.indexOf('\n', from);
  return at < 0 ? text.length : at;
}
