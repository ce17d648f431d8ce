import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { resolvePackagePath } from '@backstage/backend-plugin-api';
import type { KubernetesObject } from '../../client';

// What the six controllers of Flux 2.9 wrote; the README beside the files says how it was taken.
const DIRECTORY = resolvePackagePath(
  '@backstage-flux/plugin-flux-common',
  'src/__fixtures__/recordings',
);

/** The kinds that the sandbox's own controllers play, sources first. */
export const REPLAYED_KINDS = [
  'GitRepository',
  'ImageRepository',
  'ImagePolicy',
  'ImageUpdateAutomation',
  'Kustomization',
];

function readWatch(path: string, seconds = Infinity): KubernetesObject[] {
  const lines = readFileSync(path, 'utf8')
    .trim()
    .split('\n')
    .map(line => JSON.parse(line));
  return lines
    .filter(({ ts }) => ts - lines[0].ts < seconds)
    .map(({ object }) => object);
}

/**
 * Every version of every object that the watches of a run saw (in its first seconds), in order for
 * each object.
 */
export function recordedRun(run: string, seconds?: number): KubernetesObject[] {
  return readdirSync(DIRECTORY)
    .filter(name => name.startsWith(`watch.${run}.`))
    .flatMap(name => readWatch(join(DIRECTORY, name), seconds))
    .filter(({ kind }) => REPLAYED_KINDS.includes(kind));
}

/** The Events of a run (in its first seconds), in order. */
export function recordedEvents(
  run: string,
  seconds?: number,
): KubernetesObject[] {
  return readWatch(join(DIRECTORY, `watch.${run}.events.ndjson`), seconds);
}

/** One object, e.g. `settled.kustomization.apps`. */
export function recordedState(name: string): KubernetesObject {
  return JSON.parse(readFileSync(join(DIRECTORY, `${name}.json`), 'utf8'));
}

/** The objects of the `before-sync` state, to be applied to another cluster. */
export function recordedSpecs(
  toHere: (text: string) => string,
): KubernetesObject[] {
  return readdirSync(DIRECTORY)
    .filter(name => /^before-sync\.(?!helm)/.test(name))
    .map(name => recordedState(name.replace(/\.json$/, '')))
    .map(({ apiVersion, kind, metadata, spec }) => ({
      apiVersion,
      kind,
      metadata: { name: metadata.name, namespace: metadata.namespace },
      spec: JSON.parse(toHere(JSON.stringify(spec))),
    }));
}

/** The manifests behind the `first-image` run, for another application and other addresses. */
export function recordedManifests(
  name: 'enrolment' | 'images',
  toHere: (text: string) => string,
): string {
  const path = join(DIRECTORY, `first-image.${name}.yaml`);
  return toHere(readFileSync(path, 'utf8'));
}
