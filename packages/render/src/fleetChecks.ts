import { parse } from 'yaml';
import {
  objectsBelow,
  rootsOf,
  unrenderedProblems,
  yamlProblems,
} from './checks';
import { Files } from './startRenderer';

/** What is applied from a fleet repository; `flux-system` is what `flux bootstrap` adds. */
const kustomizationsOf = (files: Files) =>
  objectsBelow(files, 'fleet/clusters/').filter(
    object => object?.apiVersion === 'kustomize.toolkit.fluxcd.io/v1',
  );

/** Folders that a cluster applies and that are not in the repository. */
export function fleetPathProblems(files: Files): string[] {
  const folders = kustomizationsOf(files).map(({ spec }) =>
    spec.path.replace(/^\.\//, ''),
  );
  return folders
    .filter(
      folder =>
        ![...files.keys()].some(path => path.startsWith(`fleet/${folder}/`)),
    )
    .map(folder => `the repository has no ${folder}`);
}

/** What waits for something that no cluster applies. */
export function orderProblems(files: Files): string[] {
  const all = kustomizationsOf(files);
  const names = all.map(({ metadata }) => metadata.name);
  return all.flatMap(({ metadata, spec }) =>
    (spec.dependsOn ?? [])
      .filter(({ name }: { name: string }) => !names.includes(name))
      .map(
        ({ name }: { name: string }) =>
          `${metadata.name} depends on ${name}, which is not there`,
      ),
  );
}

/** Roots of the Flux tab that the repository does not make. */
export function fleetRootProblems(files: Files): string[] {
  const made = kustomizationsOf(files).map(
    ({ metadata }) => `${metadata.namespace}/${metadata.name}`,
  );
  return rootsOf(parse(files.get('fleet/catalog-info.yaml')!))
    .filter(name => name !== 'flux-system/flux-system' && !made.includes(name))
    .map(name => `fleet/catalog-info.yaml: no cluster applies ${name}`);
}

/** Every check of a fleet repository, by name. */
export const fleetChecks: Record<string, (files: Files) => string[]> = {
  'YAML is strict': yamlProblems,
  'nothing is left unrendered': unrenderedProblems,
  'what Flux applies is there': fleetPathProblems,
  'what is waited for is there': orderProblems,
  'the Flux tab finds its roots': fleetRootProblems,
};
