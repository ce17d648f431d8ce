import { InputError } from '@backstage/errors';
import { parseAllDocuments } from 'yaml';
import { z } from 'zod';

const NAME = /^[a-z0-9]([a-z0-9.:-]{0,251}[a-z0-9])?$/;

const manifestSchema = z.looseObject({
  apiVersion: z.string().regex(/^([a-z0-9.-]+\/)?v[a-z0-9]+$/),
  kind: z.string().regex(/^[A-Z][A-Za-z0-9]*$/),
  metadata: z.looseObject({
    name: z.string().regex(NAME),
    namespace: z.string().regex(NAME).optional(),
  }),
});

/** A Kubernetes object that is to be applied. */
export type Manifest = z.infer<typeof manifestSchema>;

/** e.g. `Kustomization orders/orders-images`. */
export function describeManifest({ kind, metadata }: Manifest): string {
  const { name, namespace } = metadata;
  return `${kind} ${namespace ? `${namespace}/` : ''}${name}`;
}

/** Reads the objects of one YAML file; `file` is for messages. */
export function parseManifests(text: string, file: string): Manifest[] {
  return parseAllDocuments(text)
    .filter(document => document.contents !== null)
    .map(document => {
      const [error] = document.errors;
      if (error) {
        throw new InputError(`${file} is not valid YAML: ${error.message}`);
      }
      const parsed = manifestSchema.safeParse(document.toJS());
      if (!parsed.success) {
        throw new InputError(
          `${file} holds something that is not a Kubernetes object: ${z.prettifyError(
            parsed.error,
          )}`,
        );
      }
      return parsed.data;
    });
}

// What others need comes first; the rest keeps the order of its files.
const FIRST = [
  'Namespace',
  'ServiceAccount',
  'Secret',
  'RoleBinding',
  'GitRepository',
];

/** Sorts so that an object comes after what it needs. */
export function inApplyOrder(manifests: Manifest[]): Manifest[] {
  const rank = (manifest: Manifest) => {
    const index = FIRST.indexOf(manifest.kind);
    return index < 0 ? FIRST.length : index;
  };
  return [...manifests].sort((a, b) => rank(a) - rank(b));
}
