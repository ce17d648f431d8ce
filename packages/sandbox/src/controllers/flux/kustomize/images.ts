import type { KubernetesObject } from '../../client';

/** An entry of `images`. */
export interface ImageOverride {
  name: string;
  newName?: string;
  newTag?: string;
  digest?: string;
}

/** Splits `host:port/name:tag@digest`; a colon before the last slash is a port, not a tag. */
export function splitImage(image: string): {
  name: string;
  tag?: string;
  digest?: string;
} {
  const [rest, digest] = image.split('@');
  const colon = rest.indexOf(':', rest.lastIndexOf('/') + 1);
  return colon < 0
    ? { name: rest, digest }
    : { name: rest.slice(0, colon), tag: rest.slice(colon + 1), digest };
}

function override(image: string, overrides: ImageOverride[]): string {
  const { name, tag, digest } = splitImage(image);
  const match = overrides.find(entry => entry.name === name);
  if (!match) {
    return image;
  }
  const newName = match.newName || name;
  if (match.digest) {
    return `${newName}${match.newTag ? `:${match.newTag}` : ''}@${
      match.digest
    }`;
  }
  if (match.newTag) {
    return `${newName}:${match.newTag}`;
  }
  return `${newName}${tag ? `:${tag}` : ''}${digest ? `@${digest}` : ''}`;
}

/** Sets images wherever a list of containers is, as kustomize's default field specs do. */
export function setImages(
  object: KubernetesObject,
  overrides: ImageOverride[],
): KubernetesObject {
  if (object.kind === 'CustomResourceDefinition') {
    return object;
  }
  const walk = (value: any): any => {
    if (Array.isArray(value)) {
      return value.map(walk);
    }
    if (!value || typeof value !== 'object') {
      return value;
    }
    return Object.fromEntries(
      Object.entries(value).map(([field, child]) => [
        field,
        (field === 'containers' || field === 'initContainers') &&
        Array.isArray(child)
          ? child.map(container =>
              typeof container?.image === 'string'
                ? { ...container, image: override(container.image, overrides) }
                : container,
            )
          : walk(child),
      ]),
    );
  };
  return walk(object);
}
