import { rec } from './raw';
import { HIDDEN, redactText, secretName } from './redactText';

export { HIDDEN, redactText } from './redactText';

// Deeper than any object of a kind that is handled; what is beyond can't be told from data
const MAX_DEPTH = 64;

/** Copies of the whole object, with all that is hidden elsewhere. */
const COPY_ANNOTATION = /last-applied|\/original$|\/applied$|^objectset\./;

/** Members that hold what people fill in, by kind; everything below is hidden, names excepted. */
const FREE_MEMBERS: Record<string, RegExp> = {
  Secret: /^(data|stringData)$/,
  ConfigMap: /^(data|binaryData)$/,
  HelmRelease: /^spec\.(values|postRenderers\..*\.(patch|patches\w+\..*))$/,
  Kustomization:
    /^spec\.(postBuild\.substitute|patches\.\d+\.patch|patches[A-Z]\w*)$/,
  Receiver: /^status\.webhookPath$/,
};

/**
 * An object as it may be shown to whoever may see that it is there: a copy without managedFields, and with
 * `(hidden)` where values may be secret. These are values of HelmReleases, substitutes and patches of
 * Kustomizations, values of environment variables and headers, data of Secrets and ConfigMaps, copies of
 * the object in annotations, the address of a Provider but for its host, paths of Receivers, members that
 * are named like secrets, and credentials in texts.
 *
 * @public
 */
export function redact(object: unknown): Record<string, unknown> {
  const { managedFields: _, ...metadata } = rec(rec(object).metadata);
  const kind = rec(object).kind;
  const free =
    typeof kind === 'string' && Object.hasOwn(FREE_MEMBERS, kind)
      ? FREE_MEMBERS[kind]
      : undefined;
  const visit = (value: unknown, path: string[]): unknown => {
    if (path.length > MAX_DEPTH) {
      return HIDDEN;
    }
    if (free?.test(path.join('.'))) {
      return hideAll(value, path.length);
    }
    if (typeof value === 'string') {
      return visitText(value, path, kind);
    }
    if (Array.isArray(value)) {
      return value.map((item, index) =>
        isSecretOption(value[index - 1]) && typeof item === 'string'
          ? HIDDEN
          : visit(item, [...path, String(index)]),
      );
    }
    if (typeof value !== 'object' || value === null) {
      return value;
    }
    const pair = 'name' in value && 'value' in value;
    return mapMembers(value, (member, name) =>
      pair && name === 'value' ? HIDDEN : visit(member, [...path, name]),
    );
  };
  return rec(visit({ ...rec(object), metadata }, []));
}

function visitText(text: string, path: string[], kind: unknown): string {
  const name = path.at(-1) ?? '';
  const where = path.slice(0, -1).join('.');
  if (where === 'metadata.annotations' && COPY_ANNOTATION.test(name)) {
    return HIDDEN;
  }
  // Addresses of chats carry the key in their path
  if (kind === 'Provider' && where === 'spec' && name === 'address') {
    return redactText(text).replace(/^(\w+:\/\/[^/]+\/).+/, `$1${HIDDEN}`);
  }
  return secretName.test(name) && text !== '' ? HIDDEN : redactText(text);
}

/** `--token`, whose value is the next of the list. */
function isSecretOption(before: unknown): boolean {
  return (
    typeof before === 'string' &&
    before.startsWith('-') &&
    secretName.test(before)
  );
}

/** Keeps the names and what can't be a secret. */
function hideAll(value: unknown, depth: number): unknown {
  if (Array.isArray(value) && depth < MAX_DEPTH) {
    return value.map(item => hideAll(item, depth + 1));
  }
  if (typeof value === 'object' && value !== null && depth < MAX_DEPTH) {
    return mapMembers(value, member => hideAll(member, depth + 1));
  }
  return typeof value === 'boolean' || value === null ? value : HIDDEN;
}

function mapMembers(
  value: object,
  map: (member: unknown, name: string) => unknown,
): object {
  return Object.fromEntries(
    Object.entries(value).map(([name, member]) => [name, map(member, name)]),
  );
}
