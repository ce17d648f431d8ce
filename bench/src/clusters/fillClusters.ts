import {
  APP,
  applicationTemplates,
  ObjectTemplate,
  REVISION,
  UID,
  VERSION,
} from './application';
import { FakeCluster, StoredObject } from './FakeCluster';
import { ServedKind, servedKinds } from './kinds';

export const applicationName = (i: number) =>
  `app-${String(i).padStart(5, '0')}`;

/** The commit that applications run before anything changes. */
const FIRST_REVISION = 'f'.repeat(40);
/** In how many clusters each application runs: staging and production. */
const COPIES = 2;

const templates = applicationTemplates().map(template => {
  const [group, version] = template.apiVersion.includes('/')
    ? template.apiVersion.split('/')
    : ['', template.apiVersion];
  const kind = servedKinds.find(
    each =>
      each.group === group &&
      each.version === version &&
      each.kind === template.kind,
  );
  if (!kind) {
    throw new Error(`${template.apiVersion} ${template.kind} is not served`);
  }
  return { ...template, served: kind };
});

const FLUX_OBJECTS_PER_APPLICATION = templates.filter(
  ({ flux }) => flux,
).length;
const WATCHED_OBJECTS_PER_APPLICATION = templates.filter(
  ({ flux, kind }) => flux || kind === 'Deployment',
).length;
const kustomization = templates.find(
  ({ kind, text }) =>
    kind === 'Kustomization' && JSON.parse(text).metadata.name === APP,
)!;

export interface Filled {
  /** Where each application runs: indexes of clusters. */
  placements: Map<string, number[]>;
  fluxObjects: number;
  /** Flux's, and the workloads that carry its labels: what ours watches of a whole cluster. */
  watchedObjects: number;
  objects: number;
}

/** Spreads applications over the clusters until each holds the given number of Flux objects. */
export function fillClusters(
  clusters: FakeCluster[],
  fluxObjectsPerCluster: number,
): Filled {
  const perCluster = fluxObjectsPerCluster / FLUX_OBJECTS_PER_APPLICATION;
  const copies = Math.min(COPIES, clusters.length);
  const count = (perCluster * clusters.length) / copies;
  const placements = new Map<string, number[]>();
  const held = clusters.map(() => 0);
  for (let i = 0; i < count; i++) {
    const name = applicationName(i);
    const at = Array.from(
      { length: copies },
      (_, k) => (i * copies + k) % clusters.length,
    );
    for (const index of at) {
      held[index] += 1;
      for (const template of templates) {
        clusters[index].put(make(clusters[index], template, name));
      }
    }
    placements.set(name, at);
  }
  const applications = held.reduce((sum, n) => sum + n, 0);
  return {
    placements,
    fluxObjects: applications * FLUX_OBJECTS_PER_APPLICATION,
    watchedObjects: applications * WATCHED_OBJECTS_PER_APPLICATION,
    objects: applications * templates.length,
  };
}

/** Has Flux apply another commit of an application. */
export function applyCommit(
  cluster: FakeCluster,
  application: string,
  commit: string,
) {
  cluster.put(make(cluster, kustomization, application, commit));
}

function make(
  cluster: FakeCluster,
  template: ObjectTemplate & { served: ServedKind },
  application: string,
  commit = FIRST_REVISION,
): StoredObject {
  const version = cluster.nextVersion();
  const text = template.text
    .replaceAll(APP, application)
    .replaceAll(REVISION, commit)
    .replace(VERSION, String(version))
    .replace(UID, uid(version));
  const { metadata } = JSON.parse(text);
  return {
    kind: template.served,
    namespace: metadata.namespace,
    name: metadata.name,
    labels: metadata.labels ?? {},
    version,
    json: Buffer.from(text),
  };
}

function uid(version: number): string {
  return `00000000-0000-4000-8000-${String(version).padStart(12, '0')}`;
}
