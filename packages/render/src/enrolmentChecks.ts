import { objectsBelow, unrenderedProblems, yamlProblems } from './checks';
import { Files } from './startRenderer';

/** Objects that would be outside of the namespace that the enrolment makes. */
export function namespaceProblems(files: Files): string[] {
  const objects = objectsBelow(files, 'enrolment/');
  const made = objects
    .filter(({ kind }) => kind === 'Namespace')
    .map(({ metadata }) => metadata.name);
  return objects
    .filter(({ kind }) => kind !== 'Namespace')
    .filter(({ metadata }) => !made.includes(metadata.namespace))
    .map(
      ({ kind, metadata }) =>
        `${kind} ${metadata.name} is in ${metadata.namespace}, which it does not make`,
    );
}

/** What Flux would apply with more than the rights of the tenant, or from elsewhere. */
export function tenantProblems(files: Files): string[] {
  const objects = objectsBelow(files, 'enrolment/');
  const named = (kind: string) =>
    objects
      .filter(object => object.kind === kind)
      .map(({ metadata }) => `${metadata.namespace}/${metadata.name}`);
  return objects
    .filter(({ kind }) => kind === 'Kustomization')
    .flatMap(({ metadata, spec }) => [
      ...(named('ServiceAccount').includes(
        `${metadata.namespace}/${spec.serviceAccountName}`,
      )
        ? []
        : [`${metadata.name} applies as no service account of its own`]),
      ...(named(spec.sourceRef.kind).includes(
        `${spec.sourceRef.namespace ?? metadata.namespace}/${
          spec.sourceRef.name
        }`,
      )
        ? []
        : [`${metadata.name} reads a source that is not there`]),
    ]);
}

/** What is not below the folder that goes into the pull request: it would be lost, or change something. */
const strayProblems = (files: Files) =>
  [...files.keys()].filter(path => !path.startsWith('enrolment/'));

/** Every check of what puts a repository under Flux, by name. */
export const enrolmentChecks: Record<string, (files: Files) => string[]> = {
  'YAML is strict': yamlProblems,
  'nothing is left unrendered': unrenderedProblems,
  'it stays in its namespace': namespaceProblems,
  'it acts as its tenant': tenantProblems,
  'it is all in the pull request': strayProblems,
};
