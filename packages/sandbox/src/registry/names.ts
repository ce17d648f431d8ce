import { RegistryError } from './errors';

// The grammar of the distribution specification; no part can be `.`, `..` or start with `_`.
const part = '[a-z0-9]+(?:(?:\\.|_|__|-+)[a-z0-9]+)*';
const namePattern = new RegExp(`^${part}(?:/${part})*$`);
const tagPattern = /^[A-Za-z0-9_][A-Za-z0-9._-]{0,127}$/;
const digestPattern = /^sha256:[0-9a-f]{64}$/;

export function checkName(name: string): string {
  if (!namePattern.test(name) || name.length > 255) {
    throw new RegistryError('NAME_INVALID', 'invalid repository name', {
      name,
    });
  }
  return name;
}

export const isDigest = (text: string) => digestPattern.test(text);
export const isTag = (text: string) => tagPattern.test(text);

export function checkDigest(digest: unknown): string {
  if (typeof digest !== 'string' || !isDigest(digest)) {
    throw new RegistryError(
      'DIGEST_INVALID',
      'provided digest is not a sha256 digest',
      { digest },
    );
  }
  return digest;
}
