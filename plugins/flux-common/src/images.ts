import type { ImageVersion } from './api';

/**
 * Short text for a version: the tag; of `main-<sha7>-<commit time>` only what people know, `main-<sha7>`.
 */
function tagLabel(tag: string): string {
  return tag.replace(/^(.+-[0-9a-f]{7,40})-[1-9]\d{8,10}$/, '$1');
}

/**
 * An image version from its parts.
 *
 * @public
 */
export function imageVersion(
  image: string,
  tag?: string,
  digest?: string,
): ImageVersion {
  const hex = digest?.split(':')[1];
  return {
    image,
    ...(tag ? { tag } : {}),
    ...(digest ? { digest } : {}),
    label: tag ? tagLabel(tag) : hex?.slice(0, 7) ?? 'latest',
  };
}

/**
 * Reads an image reference: `[registry[:port]/]path[:tag][@digest]`.
 *
 * @public
 */
export function parseImage(reference: string): ImageVersion {
  const at = reference.indexOf('@');
  const digest = at < 0 ? undefined : reference.slice(at + 1);
  const rest = at < 0 ? reference : reference.slice(0, at);
  // A colon before the last slash belongs to the registry's port.
  const colon = rest.indexOf(':', rest.lastIndexOf('/') + 1);
  return colon < 0
    ? imageVersion(rest, undefined, digest)
    : imageVersion(rest.slice(0, colon), rest.slice(colon + 1), digest);
}

/**
 * The full name of an image, with Docker Hub's defaults filled in, for comparing: `nginx` is
 * `index.docker.io/library/nginx`.
 *
 * @public
 */
export function canonicalImage(image: string): string {
  const [first, ...rest] = image.split('/');
  const hasHost = rest.length > 0 && /[.:]|^localhost$/.test(first);
  if (!hasHost) {
    const path = rest.length > 0 ? image : `library/${image}`;
    return `index.docker.io/${path}`;
  }
  const host = first === 'docker.io' ? 'index.docker.io' : first;
  const path =
    host === 'index.docker.io' && rest.length === 1
      ? `library/${rest[0]}`
      : rest.join('/');
  return `${host}/${path}`;
}

/**
 * Whether two versions are of the same image, whatever the tag.
 *
 * @public
 */
export function sameImage(a: ImageVersion, b: ImageVersion): boolean {
  return canonicalImage(a.image) === canonicalImage(b.image);
}

/**
 * Whether what runs is what a policy selected. Digests decide only where both have one: a policy that
 * reflects no digest leaves it to the tag.
 *
 * @public
 */
export function sameVersion(a: ImageVersion, b: ImageVersion): boolean {
  if (!sameImage(a, b)) return false;
  if (a.digest && b.digest) return a.digest === b.digest;
  return (a.tag ?? 'latest') === (b.tag ?? 'latest');
}
